import type { Checklist } from '../core/checklist/checklist.ts';
import { checklistBlocks } from '../core/document/sections/checklist.ts';
import { blocksHtml } from './html/document.ts';
import { blocksMarkdown } from './markdown.ts';

/** The checklist on its own, as the document's eighth section has it. */
export function checklistMarkdown(checklist: Checklist): string {
  return blocksMarkdown(titleOf(checklist), checklistBlocks(checklist));
}

export function checklistHtml(checklist: Checklist): string {
  return blocksHtml(titleOf(checklist), checklistBlocks(checklist));
}

function titleOf({ integration, version }: Checklist): string {
  return `Deployment Checklist: ${integration}${version === null ? '' : ` ${version}`}`;
}
