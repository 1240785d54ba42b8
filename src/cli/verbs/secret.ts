import { secretName } from '../../core/secrets/secret-reference.ts';
import { refuseSecretValue, secretNameOf } from '../../core/secrets/secret-value.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { secretRevokedText, secretSetText, secretsText } from '../output/secrets-text.ts';
import { integrationKey } from '../project.ts';
import { readSecretValue } from '../run/read-secret-value.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, optional, required, text, type Verb } from '../verb.ts';

export const secret: Verb = defineVerb({
  name: 'secret',
  group: 'Act',
  summary: 'set, list and revoke versions of secrets',
  about:
    'A value is read from standard input, or asked for; never from the arguments, which every process can see.\n' +
    'In deployer.yaml it is a value of `env`: secret://local/<path>#<key>. What is shipped keeps its version.',
  arguments: {
    act: required(['set', 'list', 'revoke'], 'what to do'),
    name: optional('text', '<path>#<key>; to revoke, with @<version> where several are not revoked'),
  },
  options: {
    reason: text('--reason <text>', 'why it is revoked'),
    after: text('--after <cursor>', 'list: go on where the last page ended'),
  },
  examples: [
    ['deployer secret set db#password', 'asks for the value'],
    ['printf %s "$VALUE" | deployer secret set db#password', 'takes it from a variable'],
    ['deployer secret set tls#key < server.key', 'takes it from a file'],
    ['deployer secret list', 'versions, and what runs with them'],
    ['deployer secret revoke db#password@2 --reason "in a chat"', 'nothing that starts gets it any more'],
  ],
  async run(context, { act, name, reason, after }) {
    if (act === 'list') return await list(context, name, after);
    if (name === null)
      throw missing(`deployer secret ${act} needs a name.`, `deployer secret ${act} <path>#<key>`);
    if (act === 'set') return await set(context, name);
    if (reason !== null) return await revoke(context, name, reason);
    throw missing('deployer secret revoke needs a reason.', `deployer secret revoke ${name} --reason "…"`);
  },
});

async function list(context: Context, name: string | null, after: string | null): Promise<number> {
  if (name !== null) throw missing('deployer secret list takes no name.', 'deployer secret list');
  const integration = await integrationKey(context);
  const view = await withServer(context, null, (client) =>
    client.call('secrets', { params: { integration }, query: after === null ? {} : { after } }),
  );
  const { out } = context.terminal;
  const settings = { style: out.style, width: out.columns, now: new Date() };
  out.line(context.isJson ? JSON.stringify(view) : secretsText(view, settings));
  return exitCode.done;
}

async function set(context: Context, given: string): Promise<number> {
  const name = secretName(secretNameOf(given));
  const integration = await integrationKey(context);
  const actor = await actorOf(context);
  const value = await readSecretValue(context, name);
  refuseSecretValue(name, value);
  const view = await withServer(context, actor, (client) =>
    client.call('secretSet', { params: { integration }, body: { name, value } }),
  );
  const { out } = context.terminal;
  out.line(context.isJson ? JSON.stringify(view) : secretSetText(view, out.style));
  return exitCode.done;
}

async function revoke(context: Context, given: string, reason: string): Promise<number> {
  const name = secretName(secretNameOf(given));
  const integration = await integrationKey(context);
  const actor = await actorOf(context);
  const view = await withServer(context, actor, (client) =>
    client.call('secretRevoke', { params: { integration }, body: { name, reason } }),
  );
  const { out } = context.terminal;
  out.line(context.isJson ? JSON.stringify(view) : secretRevokedText(view, out.style));
  return exitCode.done;
}

function missing(message: string, hint: string): DeployerError {
  return new DeployerError('usage', { message, hint });
}
