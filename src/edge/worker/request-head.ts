import { namedByConnection } from './connection-options.ts';

/** The header fields of a request, read once: those that go on, and those that the edge acts upon. */
export interface RequestHead {
  /** Name and value in turn, as received: the fields that are about the message and not about this connection. */
  readonly fields: readonly string[];
  /** Values of `Host`; a valid request has one. */
  readonly hosts: readonly string[];
  /** Values of `Transfer-Encoding`. */
  readonly transferEncodings: readonly string[];
  /** Value of `Content-Length` in bytes; null without one. The parser has refused what is not a number. */
  readonly contentLength: number | null;
  /** Value of `x-deployer-probe`. */
  readonly probe: string | null;
}

export interface RequestOrigin {
  /** Address of the client. */
  readonly client: string;
  /** Authority that the client asked for. */
  readonly host: string;
}

/** Sorts the fields of a request. This happens with every request, hence one pass over the flat list. */
export function readHead(rawHeaders: readonly string[]): RequestHead {
  const fields: string[] = [];
  const hosts: string[] = [];
  const transferEncodings: string[] = [];
  let contentLength: number | null = null;
  let probe: string | null = null;
  let connection: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    switch (lower) {
      case 'host':
        hosts.push(value);
        break;
      case 'connection':
        connection = connection === undefined ? value : `${connection},${value}`;
        break;
      case 'transfer-encoding':
        transferEncodings.push(value);
        break;
      case 'content-length':
        contentLength = Number(value);
        fields.push(name, value);
        break;
      case 'x-deployer-probe':
        probe = value;
        break;
      // About this connection only. `Expect` is met by the edge itself.
      case 'expect':
      case 'http2-settings':
      case 'keep-alive':
      case 'proxy-authenticate':
      case 'proxy-authorization':
      case 'proxy-connection':
      case 'te':
      case 'upgrade':
      // Where a request came from: the edge is the first to know, and believes nobody else.
      case 'forwarded':
      case 'x-real-ip':
        break;
      default:
        if (!lower.startsWith('x-forwarded-') && !lower.startsWith('x-deployer-')) fields.push(name, value);
    }
  }
  const named = namedByConnection(connection);
  return {
    fields: named === null ? fields : withoutNamed(fields, named),
    hosts,
    transferEncodings,
    contentLength,
    probe,
  };
}

/** The fields to send to a deployment. */
export function forwardedFields(head: RequestHead, { client, host }: RequestOrigin): string[] {
  return [
    'host',
    host,
    ...head.fields,
    'x-forwarded-for',
    client,
    'x-forwarded-proto',
    'https',
    'x-forwarded-host',
    host,
    'via',
    '1.1 deployer',
  ];
}

function withoutNamed(fields: readonly string[], named: ReadonlySet<string>): string[] {
  return fields.filter((_, index) => {
    const name = fields[index - (index % 2)] ?? '';
    return !named.has(name.toLowerCase());
  });
}
