import { type RevokedUse, revokedInUse } from '../../core/configuration/revoked-in-use.ts';
import { secretText } from '../../core/secrets/secret-reference.ts';
import type { Secrets, SecretStanding } from '../../core/secrets/secrets.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { substitutionsOf } from '../../engine/pipeline/supplied-secrets.ts';
import { runningDeployments } from '../../store/deployments.ts';
import { allResidents } from '../../store/residents.ts';

/** What runs keeps the values that it was started with; whoever revoked one has to know where. */
export async function revokedNotices(
  { database: { db }, secrets }: Pick<EngineParts, 'database' | 'secrets'>,
  integration: string,
): Promise<readonly string[]> {
  const preparations = [
    ...(await runningDeployments(db, integration)).map(({ preparation }) => preparation),
    ...(await allResidents(db, integration)).flatMap(({ current }) => current ?? []),
  ];
  const asked = askedOnce(secrets);
  const uses = await Promise.all(
    preparations.map(async (preparation): Promise<readonly RevokedUse[]> => {
      const { environment } = preparation;
      return (await substitutionsOf(asked, preparation)).map((substitution) => ({
        environment,
        substitution,
      }));
    }),
  );
  return revokedInUse(uses.flat());
}

/** Deployments share their secrets: each version is looked up once for all of them. */
function askedOnce(secrets: Pick<Secrets, 'standing'>): Pick<Secrets, 'standing'> {
  const known = new Map<string, Promise<SecretStanding>>();
  return {
    standing(integration, reference) {
      const text = secretText(reference);
      const standing = known.get(text) ?? secrets.standing(integration, reference);
      known.set(text, standing);
      return standing;
    },
  };
}
