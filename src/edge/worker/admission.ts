import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { AdmittedRequest } from './admitted-request.ts';
import { problem, type Problem } from './problem.ts';
import { readHead } from './request-head.ts';
import { allowedMethods, isProblem, requestTarget } from './request-target.ts';
import { bodyTooLarge } from './upstream-problem.ts';
import type { WorkerContext } from './worker-context.ts';

/** Decides whether and where a request goes, before anything of it is passed on. */
export function admit(request: IncomingMessage, context: WorkerContext): AdmittedRequest | Problem {
  const { method = 'GET', url = '/', httpVersion, rawHeaders, socket } = request;
  const { localPort = 0, remoteAddress = '' } = socket;
  const head = readHead(rawHeaders);
  const line = { method, url, httpVersion, fallbackHost: `127.0.0.1:${localPort}` };
  const target = requestTarget(line, head);
  if (isProblem(target)) return target;
  if (target.path === '*') return problem(204, 'options', '', { allow: allowedMethods });
  if ((head.contentLength ?? 0) > context.limits.bodyBytes) return bodyTooLarge();
  const route = context.router.route(localPort);
  if (route === null) return offTheAir(context.router.isPreview(localPort));
  return {
    path: target.path,
    host: target.host,
    client: remoteAddress,
    head,
    hasBody: head.transferEncodings.length > 0 || (head.contentLength ?? 0) > 0,
    route,
    isSynthetic: head.probe !== null && isProbe(head.probe, context.probeToken),
  };
}

function offTheAir(isPreview: boolean): Problem {
  return isPreview
    ? problem(503, 'preview_gone', 'The deployment of this preview is retired.', { connection: 'close' })
    : problem(503, 'no_deployment', 'No deployment is live in this environment.', { 'retry-after': '5' });
}

function isProbe(given: string, token: Buffer): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === token.length && timingSafeEqual(bytes, token);
}
