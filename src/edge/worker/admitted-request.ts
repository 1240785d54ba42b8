import type { RequestHead, RequestOrigin } from './request-head.ts';
import type { Route } from './router.ts';

/** A request that may go to a deployment, and all that was decided about it. */
export interface AdmittedRequest extends RequestOrigin {
  readonly path: string;
  readonly head: RequestHead;
  readonly hasBody: boolean;
  readonly route: Route;
  readonly isSynthetic: boolean;
}
