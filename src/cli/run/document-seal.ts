import { sha256 } from '../../lib/canonical-json.ts';

/** Shown by no Markdown reader. */
const seal = /\n<!-- As Deployer wrote it: (sha256:[0-9a-f]{64}) -->\n$/;

/** The content with a last line by which it is known again for what Deployer wrote. */
export function sealed(content: string): string {
  return `${content}\n<!-- As Deployer wrote it: ${sha256(content)} -->\n`;
}

/** Whether a text was changed since it was sealed, or has no seal any more. Git may give it other ends of lines. */
export function isChangedSinceSealed(text: string): boolean {
  const plain = text.replaceAll('\r\n', '\n');
  const [line, digest] = seal.exec(plain) ?? [];
  if (line === undefined) return true;
  return sha256(plain.slice(0, -line.length)) !== digest;
}
