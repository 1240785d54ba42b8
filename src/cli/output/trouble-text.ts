import { count } from '../../core/texts/figures.ts';
import { goneIn } from '../../core/convergence/supervisor-gone.ts';

export interface Trouble {
  /** That users have lost what answers them: before anything else. */
  readonly grave: readonly string[];
  /** What else is wrong, for people; empty when well. */
  readonly sentences: readonly string[];
  /** Deployments that are on their way back: nothing of them answers yet. */
  readonly restarting: ReadonlySet<string>;
}

/** Each may say at its end for how long it has been so. */
const vanished = /^(\S+) has vanished; it is being started again(, for .*)?$/;
const edgeStarts = /^the edge does not run; it is being started(, for .*)?$/;

/**
 * What the server says of an environment, summed up: after a machine or everything of Deployer was started anew, each
 * deployment has vanished and no supervisor looks after it, which is one piece of news and no disaster. What users have
 * is another matter, as long as an edge sends them there.
 */
export function summedUp(all: readonly string[]): Trouble {
  const startsEdge = all.some((sentence) => edgeStarts.test(sentence));
  const gone = all.flatMap((sentence) => goneIn(sentence) ?? []);
  const vanishing = all.flatMap((sentence) => vanished.exec(sentence)?.[1] ?? []);
  const restarting = new Set([...gone, ...vanishing]);
  const isSaid = (sentence: string): boolean =>
    vanished.test(sentence) ||
    (restarting.size > 0 && edgeStarts.test(sentence)) ||
    [...restarting].some((id) => sentence.startsWith(`${id}: `));
  const isNews = startsEdge ? restarting.size > 0 : vanishing.length > 0;
  const news = isNews ? [restartNews(restarting, startsEdge)] : [];
  // What comes before is why.
  const first = all.findIndex(isSaid);
  return {
    grave: startsEdge ? [] : all.filter((sentence) => goneIn(sentence) !== null),
    sentences: all.flatMap((sentence, index) => {
      if (index === first) return news;
      return isSaid(sentence) ? [] : [sentence];
    }),
    restarting,
  };
}

function restartNews(restarting: ReadonlySet<string>, startsEdge: boolean): string {
  const edge = startsEdge ? 'the edge and ' : '';
  const are = restarting.size === 1 && !startsEdge ? 'is' : 'are';
  return `${edge}${count(restarting.size, 'deployment')} ${are} being started again (${[...restarting].join(', ')})`;
}
