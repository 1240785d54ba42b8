import { isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { isMapping } from '../spec/draft.ts';
import type { Path } from '../spec/fault.ts';
import type { YamlChange } from './yaml-change.ts';

/** The whole text written anew by the library, which keeps comments, order and flow style, and not each blank. */
export function rewritten(text: string, change: YamlChange): string | null {
  const document = parseDocument(text, { schema: 'core' });
  if (document.errors.length > 0) return null;
  try {
    if (change.kind === 'remove') document.deleteIn(change.path);
    else {
      makeWay(document, change.path);
      document.setIn(change.path, nodeFor(document, change));
    }
    return document.toString({ lineWidth: 0 });
  } catch {
    // The library throws where a path leads through a text or an alias.
    return null;
  }
}

/** A key with nothing behind it is a mapping that nobody has written into yet. */
function makeWay(document: Document, path: Path): void {
  for (let length = 0; length < path.length; length += 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (node !== undefined && isScalar(node) && node.value === null) {
      document.setIn(path.slice(0, length), document.createNode({}));
    }
  }
}

type Setting = Extract<YamlChange, { kind: 'set' }>;

function nodeFor(document: Document, { path, value }: Setting): Node {
  const parent = document.getIn(path.slice(0, -1), true);
  const isInFlow = isMap(parent) && parent.flow === true;
  const node = document.createNode(value, { flow: isInFlow || !isMapping(value) });
  const old = document.getIn(path, true);
  if (!isSeq(node) || !isSeq(old)) return node;
  // Items that stay keep what is said beside them.
  const kept = new Map(old.items.flatMap((item) => (isScalar(item) ? [[item.value, item] as const] : [])));
  node.items = node.items.map((item) => (isScalar(item) ? (kept.get(item.value) ?? item) : item));
  if (old.flow === false || old.flow === undefined) node.flow = false;
  if (old.commentBefore !== undefined) node.commentBefore = old.commentBefore;
  return node;
}
