import { isSecretText } from '../../core/secret-reference.ts';
import { urlVariable } from '../../core/url-variable.ts';
import { variablePattern } from '../../spec/schema/names.ts';
import { folderOf, within } from '../findings/listing.ts';
import { hasSecret, isSecretName } from '../findings/variables.ts';
import type { Survey } from '../findings/survey.ts';
import type { Candidate } from './candidates.ts';
import type { DraftVariable } from './draft.ts';

/** What a component is told by variables, and which others it asks. */
export interface Configuration {
  readonly env: readonly DraftVariable[];
  /** What goes before its command, as only a shell can put it together. */
  readonly assignments: readonly string[];
  /** Names of components that variables lead to. */
  readonly asks: readonly string[];
  readonly remarks: readonly string[];
}

/** Deployer sets these itself, or means something else by them. */
const notOurs =
  /^(?:PORT|HOST|HOSTNAME|DATA_DIR|PATH|HOME|LANG|TMPDIR|NODE_ENV|ENVIRONMENT|ENV|DEPLOYER_.*)$/;

export function configurationOf(
  candidate: Candidate,
  others: readonly Candidate[],
  found: Survey,
): Configuration {
  const parts = [
    ...(candidate.service?.env ?? []).map(({ name, value }) =>
      variable({ name, value, candidate }, others, found),
    ),
    ...examplesFor(candidate, found).map(({ name, value }) =>
      variable({ name, value: value === '' ? null : value, candidate }, others, found),
    ),
    ...addressesRead(candidate, others).map((asked): Part => ({ asks: asked.name })),
  ];
  return {
    env: parts.flatMap(({ env }) => env ?? []),
    assignments: parts.flatMap(({ assignment }) => assignment ?? []),
    asks: [...new Set(parts.flatMap(({ asks }) => asks ?? []))],
    remarks: parts.flatMap(({ remark }) => remark ?? []),
  };
}

interface Part {
  readonly env?: DraftVariable;
  readonly assignment?: string;
  readonly asks?: string;
  readonly remark?: string;
}

interface Given {
  readonly name: string;
  readonly value: string | null;
  readonly candidate: Candidate;
}

function variable(
  { name, value: given, candidate }: Given,
  others: readonly Candidate[],
  found: Survey,
): Part {
  if (notOurs.test(name) || !variablePattern.test(name)) return {};
  const value = given === null ? null : withDefaults(given);
  if (isSecretName(name) || (value !== null && hasSecret(value)))
    return { env: secret(candidate.name, name) };
  if (value === null) return { remark: `${name} comes from whoever starts it, and is not set here.` };
  const port = candidate.sources.port?.value ?? candidate.service?.port ?? null;
  // Its own port, under a name of its own: the command says it.
  if (candidate.sources.portVariable?.value === name || (name.endsWith('PORT') && value === String(port)))
    return {};
  // What looks like a reference to a secret would be taken for one.
  if (value.includes('\0') || isSecretText(value)) return { remark: `${name} could not be taken over.` };
  return address(name, value, others) ?? outside(name, value, found) ?? { env: { name, value } };
}

/** `http://tools:8080/v1` leads to a component: Deployer says where that is. */
function address(name: string, value: string, others: readonly Candidate[]): Part | null {
  const [, scheme = '', host = '', port = '', rest = ''] =
    /^(https?:\/\/|)([\w.-]+)(:\d+|)(\/.*)?$/.exec(value) ?? [];
  const asked = others.find((other) => host !== '' && (other.service?.name ?? other.name) === host);
  if (asked === undefined || scheme + port === '') return null;
  const own = urlVariable(asked.name);
  if (scheme === '') return { asks: asked.name, assignment: `${name}="\${${own}#http://}"` };
  if (name === own && (rest === '' || rest === '/')) return { asks: asked.name };
  return { asks: asked.name, assignment: `${name}="$${own}${rest === '/' ? '' : rest}"` };
}

/** A service whose image is somebody else's does not run here; what is on the machine may stand in for it. */
function outside(name: string, value: string, found: Survey): Part | null {
  const foreign = found.services.find(
    (service) => service.build === null && leadsTo(service.name).test(value),
  );
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

/** Of an example of a `.env` file what the sources read counts, the nearest file first. */
function examplesFor(candidate: Candidate, found: Survey): Survey['variables'] {
  const given = new Set((candidate.service?.env ?? []).map(({ name }) => name));
  const near = found.variables
    .filter(({ folder }) => folder === candidate.folder || within(folder, candidate.folder) !== null)
    .filter(({ name }) => candidate.sources.variables.has(name) && !given.has(name))
    .filter(({ name, value }) => isSecretName(name) || says(value))
    .sort((a, b) => folderOf(b.at.path).length - folderOf(a.at.path).length);
  return [...new Map(near.toReversed().map((each) => [each.name, each])).values()];
}

/** What is left to whoever copies the file, or is set for a developer's machine, says nothing about any other. */
function says(value: string): boolean {
  return value !== '' && !/\b(?:localhost|127\.0\.0\.1)\b|^<.*>$|\b(?:your|change-?me|xxx+)\b/i.test(value);
}

/** Variables that would hold the address of another component are read: somebody expects that address. */
function addressesRead({ sources, name }: Candidate, others: readonly Candidate[]): readonly Candidate[] {
  return others.filter((other) => other.name !== name && sources.variables.has(urlVariable(other.name)));
}

function secret(component: string, name: string): DraftVariable {
  return { name, value: `secret://local/${component}#${name}` };
}

/** `${LEVEL:-info}` is `info` for whoever sets nothing. */
function withDefaults(value: string): string | null {
  const filled = value.replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1');
  return /\$\{?\w/.test(filled) ? null : filled.replaceAll('$$', '$');
}
