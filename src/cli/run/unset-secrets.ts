import type { ApiClient } from '../../api/client.ts';
import type { SecretView } from '../../api/views/secrets.ts';
import { referencesFor, type SecretSubject, webhookReferences } from '../../core/secrets/secrets.ts';
import { unsetSecrets } from '../../core/configuration/unset-secrets.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { withRunningServer } from '../server/connect.ts';

/** Secrets for which a ship would be refused; null where no server runs that could tell. */
export async function secretsNotSet(
  context: Context,
  subject: SecretSubject,
): Promise<readonly string[] | null> {
  const environments = new Set(subject.plan.stages.map(({ environment }) => environment));
  const references = [
    ...[...environments].flatMap((environment) => referencesFor(subject, environment)),
    ...webhookReferences(subject.definition),
  ];
  if (references.length === 0) return [];
  try {
    const { key } = subject.definition;
    const stored = await withRunningServer(context, (client) => allSecrets(client, key));
    return stored === null ? null : unsetSecrets(references, stored);
  } catch (error) {
    if (error instanceof DeployerError) return null;
    throw error;
  }
}

async function allSecrets(client: ApiClient, integration: string): Promise<readonly SecretView[]> {
  const found: SecretView[] = [];
  for (let after: string | null = null; ;) {
    const query: { readonly after?: string } = after === null ? {} : { after };
    const page = await client.call('secrets', { params: { integration }, query });
    found.push(...page.secrets);
    if (page.next === null) return found;
    after = page.next;
  }
}
