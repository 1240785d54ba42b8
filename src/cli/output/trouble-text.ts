import { count } from '../../core/figures.ts';

export interface Trouble {
  /** What is wrong, for people; empty when well. */
  readonly sentences: readonly string[];
  /** Deployments that are on their way back: nothing of them answers yet. */
  readonly restarting: ReadonlySet<string>;
}

/** Each may say at its end for how long it has been so. */
const vanished = /^(\S+) has vanished; it is being started again(, for .*)?$/;
const edgeStarts = /^the edge does not run; it is being started(, for .*)?$/;

/**
 * What the server says of an environment, summed up: after a machine or everything of Deployer was started anew, each
 * deployment has vanished and no supervisor looks after it, which is one piece of news and no disaster.
 */
export function summedUp(sentences: readonly string[]): Trouble {
  const restarting = new Set(sentences.flatMap((sentence) => vanished.exec(sentence)?.[1] ?? []));
  if (restarting.size === 0) return { sentences, restarting };
  const isPart = (sentence: string): boolean =>
    edgeStarts.test(sentence) ||
    vanished.test(sentence) ||
    [...restarting].some((id) => sentence.startsWith(`${id}: `));
  const edge = sentences.some((sentence) => edgeStarts.test(sentence)) ? 'the edge and ' : '';
  const are = restarting.size === 1 && edge === '' ? 'is' : 'are';
  const names = [...restarting].join(', ');
  return {
    sentences: [
      `${edge}${count(restarting.size, 'deployment')} ${are} being started again (${names})`,
      ...sentences.filter((sentence) => !isPart(sentence)),
    ],
    restarting,
  };
}
