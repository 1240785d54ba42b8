import { urlVariable } from '../../core/definition/url-variable.ts';
import type { Survey } from '../findings/survey.ts';
import type { Candidate } from './candidates.ts';
import type { DraftVariable } from './draft.ts';

/** A variable that leads to another component. */
export interface AskedAddress {
  /** Name of the component. */
  readonly asks: string;
  /** What goes before the command; null: Deployer sets that very variable. */
  readonly assignment: string | null;
}

/** `http://tools:8080/v1` leads to a component: Deployer says where that is. Null: it leads to none. */
export function addressOf(
  { name, value }: DraftVariable,
  candidates: readonly Candidate[],
): AskedAddress | null {
  const [, scheme = '', host = '', port = '', rest = ''] =
    /^(https?:\/\/|)([\w.-]+)(:\d+|)(\/.*)?$/.exec(value) ?? [];
  const asked = candidates.find((other) => host !== '' && (other.service?.name ?? other.name) === host);
  if (asked === undefined || scheme + port === '') return null;
  const own = urlVariable(asked.name);
  if (scheme === '') return { asks: asked.name, assignment: `${name}="\${${own}#http://}"` };
  const path = rest === '/' ? '' : rest;
  return { asks: asked.name, assignment: name === own && path === '' ? null : `${name}="$${own}${path}"` };
}

/** Variables that would hold the address of another component are read: somebody expects that address. */
export function addressesRead(
  { sources, name }: Candidate,
  candidates: readonly Candidate[],
): readonly string[] {
  return candidates
    .map((other) => other.name)
    .filter((other) => other !== name && sources.variables.has(urlVariable(other)));
}

/** A service whose image is somebody else's does not run here; what is on the machine may stand in for it. */
export function standInFor(
  { name, value }: DraftVariable,
  { services }: Survey,
): { readonly env: DraftVariable; readonly remark: string } | null {
  const foreign = services.find((each) => each.build === null && leadsTo(each.name).test(value));
  if (foreign === undefined) return null;
  return {
    env: { name, value: value.replace(leadsTo(foreign.name), '127.0.0.1') },
    remark: `${name} led to \`${foreign.name}\` of the compose file; here it is expected on this machine.`,
  };
}

/** Where a host of that name stands in an address, or is all of it. */
function leadsTo(name: string): RegExp {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<=^|[/@])${literal}(?=:\d|/|$)`);
}
