import type { EnvironmentDefinition } from '../../definition/integration.ts';
import { list, paragraph, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow } from '../document.ts';
import type { DocumentFacts } from '../facts.ts';
import type { Hop } from '../hop.ts';
import { hopsOf } from '../hops.ts';
import { fromSpec, observed, writtenAt } from '../sources.ts';
import type { Statement, StatementSource } from '../statement.ts';
import { code, listed, words } from '../words.ts';

/** 6 Security & Compliance Notes */
export function securitySection(facts: DocumentFacts): readonly Block[] {
  const say = sayingOf('security', facts);
  const hops = hopsOf(facts);
  const plain = hops.filter(({ isEncrypted }) => isEncrypted === false);
  const leaving = plain.filter(({ isLocal }) => isLocal === false).length;
  const untold = plain.filter(({ isLocal }) => isLocal === null).length;
  const ofOthers = untold === 0 ? '' : `, of ${untold} it cannot be told`;
  return [
    paragraph(
      words`${plain.length} of ${hops.length} hops that Deployer makes or reads of are not encrypted, each named below; ${leaving === 0 ? 'none' : leaving} of those ${leaving === 1 ? 'leaves' : 'leave'} the machine${ofOthers}. What a component calls by an address of its own, which no variable names, Deployer does not see.`,
    ),
    ...table(
      'Hops',
      ['From', 'To', 'How', 'Encrypted', 'Leaves the machine'],
      hops.map((hop) => hopRow(facts, hop, say)),
    ),
    ...list([
      ...facts.definition.environments.flatMap((environment) => decisionStatements(facts, environment, say)),
      certificateStatement(facts, say),
      say.statement(
        'security.identities',
        words`Who acts is what the command line claims: on a local server no log-in stands behind it, and records say so. The server listens on a socket that only its own user may open.`,
        { kind: 'assumed', because: 'a local server has no log-in', question: null },
      ),
      say.statement(
        'security.audit',
        words`Every act is written down with who, when and why, as a link of a chain: ${code('deployer audit')} shows whether anything was changed since.`,
        { kind: 'assumed', because: 'it holds for every integration', question: null },
      ),
    ]),
    ...settledIn('security', facts),
  ];
}

function hopRow(
  facts: DocumentFacts,
  { id, from, to, how, isEncrypted, isLocal, origin }: Hop,
  say: Saying,
): DocumentRow {
  const leaves = isLocal === null ? null : !isLocal;
  const cells = [[from], [to], [how], [yesOrNo(isEncrypted)], [yesOrNo(leaves)]];
  return say.row(`security.hop.${id}`, cells, hopSource(facts, origin));
}

function yesOrNo(is: boolean | null): string {
  return is === null ? 'cannot be told' : is ? 'yes' : 'no';
}

function hopSource({ environments }: DocumentFacts, origin: Hop['origin']): StatementSource {
  if (typeof origin === 'object') return writtenAt(origin.path);
  const at = environments.at(-1)?.at;
  if (origin === 'seen' && at !== undefined) return observed(at);
  return { kind: 'assumed', because: 'it comes with the target', question: null };
}

function decisionStatements(
  facts: DocumentFacts,
  { name, isLast, policy }: EnvironmentDefinition,
  say: Saying,
): readonly Statement[] {
  const { approval, approvalNone, self } = policy;
  const path = `environments.${name}.approval`;
  const people = (approvers: readonly string[]) =>
    approvers.length === 0 ? words`nobody` : listed(approvers);
  return [
    ...(approval === null
      ? []
      : [
          say.statement(
            `security.approval.${name}`,
            words`${name} takes a release after ${approval.count} of these approved it: ${people(approval.approvers)}. An approval counts for exactly the content that was shown.`,
            writtenAt(path),
          ),
        ]),
    ...(approval === null && isLast
      ? [
          say.statement(
            `security.approval.${name}`,
            words`${name} takes a release without anybody's approval: ${approvalNone ?? 'no reason is given'}.`,
            writtenAt(path),
          ),
        ]
      : []),
    ...(self !== null || approval !== null || policy.uat !== null
      ? [
          say.statement(
            `security.separation.${name}`,
            self === null
              ? words`In ${name} neither the author of a commit nor whoever shipped it may approve it or sign its UAT.`
              : words`In ${name} author and requester may decide themselves: ${self}.`,
            fromSpec(facts, [`${path}.self`], {
              because: 'nobody judges their own work unless a reason says why',
            }),
          ),
        ]
      : []),
  ];
}

function certificateStatement(facts: DocumentFacts, say: Saying): Statement {
  const last = facts.definition.environments.at(-1);
  const path = `environments.${last?.name ?? ''}.edge.cert`;
  return say.statement(
    'security.certificate',
    last?.edge.cert === null || last === undefined
      ? words`The certificate of the edge is signed by an authority of this server, which users' programs have to be told to trust.`
      : words`The certificate of the edge is ${code(last.edge.cert)}, brought with the release.`,
    fromSpec(facts, [path], { because: 'no certificate is given' }),
  );
}
