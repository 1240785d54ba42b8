import { exitCode } from '../exit-code.ts';
import { defineVerb, type Verb } from '../verb.ts';

export const schema: Verb = defineVerb({
  name: 'schema',
  group: 'Run',
  summary: 'print the JSON Schema of deployer.yaml, for editors',
  arguments: {},
  options: {},
  examples: [
    ['deployer schema > deployer.schema.json', 'then: # yaml-language-server: $schema=deployer.schema.json'],
  ],
  async run({ terminal: { out }, isJson }) {
    const { specJsonSchema } = await import('../../spec/json-schema.ts');
    out.line(JSON.stringify(specJsonSchema(), null, isJson ? 0 : 2));
    return exitCode.done;
  },
});
