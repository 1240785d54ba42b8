import { globFault } from '../../spec/relative-path.ts';
import { ownNodeVersion } from '../../spec/schema/runtimes.ts';
import { type Found, placeText } from '../findings/finding.ts';
import { readNodeManifest } from '../findings/node-manifest.ts';
import { refusesNode } from '../findings/node-version.ts';
import type { Survey } from '../findings/survey.ts';
import { candidatesOf } from './candidates.ts';
import { componentOf } from './component.ts';
import type { Draft, DraftAgent, DraftApproval } from './draft.ts';
import { leftOut } from './left-out.ts';
import { nameFrom } from './names.ts';
import { testsOf } from './suites.ts';
import { together } from './together.ts';

export interface Surroundings {
  /** Of the folder that was looked at. */
  readonly folderName: string;
  /** Who asks for the draft. */
  readonly actor: string;
}

/** What a survey comes to as a `deployer.yaml`; null when nothing in it could be started. */
export function draftOf(found: Survey, { folderName, actor }: Surroundings): Draft | null {
  const candidates = candidatesOf(found);
  if (candidates.length === 0) return null;
  const components = together(
    candidates.map((candidate) => componentOf(candidate, candidates, found)),
    candidates,
  );
  const root = found.packages.find(({ folder, name }) => folder === '.' && name !== null);
  return {
    key: nameFrom(root?.name ?? folderName) ?? nameFrom(folderName) ?? 'integration',
    owners: found.owners.map(({ value }) => value),
    branch: found.branch,
    lendsNode: lendsNode(found),
    components,
    agent: agentOf(found),
    ...testsOf(found),
    approval: approvalOf(found, actor),
    leftOut: leftOut(found, candidates),
  };
}

/** Where there are programs for Node, and none that refuses the one that Deployer lends. */
function lendsNode({ packages, listing }: Survey): boolean {
  const ofNode = packages.filter(({ language }) => language === 'node');
  const ranges = ofNode.map(({ manifest }) => readNodeManifest(listing.read(manifest.path) ?? '')?.engines);
  return ofNode.length > 0 && !ranges.some((range) => refusesNode(range?.node ?? null, ownNodeVersion));
}

function agentOf({ agent: { prompts, tools }, sources }: Survey): DraftAgent | null {
  const models = [...new Set([...sources.values()].flatMap((each) => each.models.map(({ value }) => value)))];
  // Of several nobody knows which one it is built for.
  const [id] = models.length === 1 ? models : [];
  const model = id === undefined ? null : { provider: providerOf(id), id };
  if (prompts.length + tools.length === 0 && model === null) return null;
  return { prompts: globsIn(prompts), tools: globsIn(tools), model };
}

function globsIn(found: readonly Found<string>[]): readonly string[] {
  return found.map(({ value }) => value).filter((glob) => globFault(glob) === null);
}

function providerOf(model: string): string {
  const provider = [
    ['anthropic', /^claude/],
    ['google', /^gemini/],
    ['mistral', /^mistral/],
    ['deepseek', /^deepseek/],
  ] as const;
  return provider.find(([, name]) => name.test(model))?.[0] ?? 'openai';
}

/**
 * The owners that the repository names, without whoever asks: nobody approves their own change. Of a single person that
 * person, with the reason: a release stops before users get it, and somebody can let it on.
 */
function approvalOf({ owners }: Survey, actor: string): DraftApproval {
  const others = owners.filter(({ value }) => value !== actor);
  const [first] = others;
  if (first === undefined)
    return {
      approvers: [actor],
      self: 'nobody else was known at first',
      because: 'whoever had this file written',
    };
  return {
    approvers: others.map(({ value }) => value),
    self: null,
    because: `the owners by ${placeText(first.at)}`,
  };
}
