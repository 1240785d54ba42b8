import { requiredVerdict } from '../core/checklist/required.ts';
import type { Requirements } from '../core/checklist/requirements.ts';
import type { Step } from '../core/pipeline/step.ts';
import { requireCandidate } from './require-candidate.ts';

/** Judges the items of the checklist that the policy requires, right before users get the candidate. */
export function checklistStep({ requirements }: { readonly requirements: Requirements }): Step {
  return {
    run: async (context) => {
      const { candidate } = requireCandidate(context);
      const { id: run } = context.run;
      const { environment } = candidate;
      const items = await requirements.of({ run, environment }, context.signal);
      for (const { title, cell } of items) context.log(`${title}: ${cell.status} (${cell.reason})`, 'note');
      return requiredVerdict(items, { run, environment });
    },
  };
}
