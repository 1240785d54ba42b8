import { isSecretText } from '../../core/secrets/secret-reference.ts';
import { variablePattern } from '../../spec/schema/names.ts';
import { folderOf, within } from '../findings/listing.ts';
import {
  type ExampleVariable,
  hasSecret,
  holdsSecret,
  isPrivate,
  isSecretName,
} from '../findings/variables.ts';
import type { Survey } from '../findings/survey.ts';
import { addressesRead, addressOf, standInFor } from './addresses.ts';
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

interface Part {
  readonly env?: DraftVariable;
  readonly assignment?: string | null;
  readonly asks?: string;
  readonly remark?: string;
  /** A name of which nobody knows a value. */
  readonly unset?: string;
}

/** A variable as it is given somewhere; without a value it comes from whoever starts the component. */
interface Given {
  readonly name: string;
  readonly value: string | null;
  /** The folder of secrets in which its value is kept, if it is one. */
  readonly kept: string;
}

/** Deployer sets these itself, or means something else by them. */
const notOurs =
  /^(?:PORT|HOST|HOSTNAME|DATA_DIR|PATH|HOME|LANG|TMPDIR|NODE_ENV|ENVIRONMENT|ENV|DEPLOYER_.*)$/;

export function configurationOf(
  candidate: Candidate,
  candidates: readonly Candidate[],
  found: Survey,
): Configuration {
  const given: readonly Given[] = [
    ...(candidate.service?.env ?? []).map(({ name, value }) => ({ name, value, kept: candidate.name })),
    ...examplesFor(candidate, found).map((each) => ({
      name: each.name,
      value: each.value === '' ? null : each.value,
      kept: isShared(each, candidates, found) ? 'shared' : candidate.name,
    })),
  ];
  const parts = given.map((each) => partOf(each, { candidate, candidates, found }));
  const unset = parts.flatMap((part) => part.unset ?? []);
  return {
    env: parts.flatMap(({ env }) => env ?? []),
    assignments: parts.flatMap(({ assignment }) => assignment ?? []),
    asks: [...new Set([...parts.flatMap(({ asks }) => asks ?? []), ...addressesRead(candidate, candidates)])],
    remarks: [
      ...parts.flatMap(({ remark }) => remark ?? []),
      ...(unset.length === 0 ? [] : [`Nobody says here what it gets as ${unset.join(', ')}.`]),
    ],
  };
}

interface Around {
  readonly candidate: Candidate;
  readonly candidates: readonly Candidate[];
  readonly found: Survey;
}

function partOf(given: Given, { candidate, candidates, found }: Around): Part {
  const { name, kept } = given;
  if (notOurs.test(name) || !variablePattern.test(name)) return {};
  const value = given.value === null ? null : withDefaults(given.value);
  if (value === '') return {};
  const secret = { env: { name, value: `secret://local/${kept}#${name}` } };
  if (value === null || !says(value)) return holdsSecret(name) ? secret : { unset: name };
  if (hasSecret(value) || isSecretName(name)) return secret;
  if (isOwnPort({ name, value }, candidate)) return {};
  // What looks like a reference to a secret would be taken for one.
  if (value.includes('\0') || isSecretText(value)) return { unset: name };
  const address = addressOf({ name, value }, candidates);
  if (address !== null) return address;
  if (holdsSecret(name) && isPrivate(value)) return secret;
  return standInFor({ name, value }, found) ?? { env: { name, value } };
}

/** Its own port, under a name of its own: the command says it. */
function isOwnPort({ name, value }: DraftVariable, { sources, service }: Candidate): boolean {
  if (sources.portVariable?.value === name) return true;
  return name.endsWith('PORT') && value === String(sources.port?.value ?? service?.port ?? '');
}

/** Of an example of a `.env` file what the sources read counts, of several files the nearest one. */
function examplesFor({ folder, service, sources }: Candidate, found: Survey): readonly ExampleVariable[] {
  const given = new Set((service?.env ?? []).map(({ name }) => name));
  const near = found.variables
    .filter((each) => each.folder === folder || within(each.folder, folder) !== null)
    .filter(({ name }) => sources.variables.has(name) && !given.has(name))
    // What is only good for the machine of a developer is as good as nothing.
    .filter(({ name, value }) => holdsSecret(name) || says(value))
    .sort((a, b) => folderOf(b.at.path).length - folderOf(a.at.path).length);
  return [...new Map(near.toReversed().map((each) => [each.name, each])).values()];
}

/** Several components read it out of the same file, so that it is one secret. */
function isShared({ name, at }: ExampleVariable, candidates: readonly Candidate[], found: Survey): boolean {
  const same = candidates.filter((other) =>
    examplesFor(other, found).some((each) => each.name === name && each.at.path === at.path),
  );
  return same.length > 1;
}

/** What is left to whoever copies a file, or is set for a developer's machine, says nothing about any other. */
function says(value: string): boolean {
  if (value === '' || /^<.*>$|^[*.…]+$/.test(value)) return false;
  return !/\b(?:localhost|127\.0\.0\.1)\b|(?:^|[^a-z])(?:your|change-?me|xxx+)(?:[^a-z]|$)/i.test(value);
}

/** `${LEVEL:-info}` is `info` for whoever sets nothing. */
function withDefaults(value: string): string | null {
  const filled = value.replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1');
  return /\$\{?\w/.test(filled) ? null : filled.replaceAll('$$', '$');
}
