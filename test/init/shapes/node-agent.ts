import type { Files } from '../../scratch-repository.ts';

/** A support agent in TypeScript, as many are: Express, the OpenAI SDK, vitest, a Dockerfile, GitHub Actions. */
export const nodeAgent: Files = {
  'package.json': `{
  "name": "@acme/support-bot",
  "private": true,
  "type": "module",
  "engines": { "node": ">=20" },
  "scripts": {
    "dev": "tsx watch src/server.ts",
    "build": "tsc -p .",
    "start": "node dist/server.js",
    "test": "vitest run",
    "test:e2e": "playwright test"
  },
  "dependencies": {
    "express": "5.1.0",
    "openai": "6.1.0",
    "zod": "4.1.0"
  },
  "devDependencies": {
    "@playwright/test": "1.56.0",
    "typescript": "5.9.3",
    "vitest": "4.0.0"
  }
}
`,
  'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }\n',
  'tsconfig.json': '{ "compilerOptions": { "outDir": "dist" } }\n',
  'src/server.ts': `import express from 'express';
import { reply } from './agent.js';

const app = express();
app.use(express.json());
app.get('/healthz', (_request, response) => response.send('ok'));
app.get('/readyz', (_request, response) => response.send('ok'));
app.post('/v1/chat', async (request, response) => response.json(await reply(request.body.text)));
app.listen(Number(process.env.PORT || 3000), () => console.log('listening'));
`,
  'src/agent.ts': `import OpenAI from 'openai';

const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });
export async function reply(text: string) {
  return client.responses.create({ model: 'gpt-4o-mini', input: text });
}
`,
  'src/agent.test.ts': "import { test } from 'vitest';\ntest('replies', () => {});\n",
  'prompts/system.md': 'You are the support agent of Acme.\n',
  'prompts/refunds.md': 'Refunds up to 100 are yours to give.\n',
  'tools/lookup_order.json':
    '{ "type": "function", "function": { "name": "lookup_order", "parameters": { "type": "object" } } }\n',
  'e2e/chat.spec.ts': "const url = process.env.BASE_URL ?? 'http://localhost:3000';\n",
  '.env.example': 'OPENAI_API_KEY=\nLOG_LEVEL=info\nUNUSED=1\n',
  '.github/workflows/ci.yml': 'on: push\njobs: {}\n',
  '.github/CODEOWNERS': '* lead@example.com @acme/support\n',
  Dockerfile: `FROM node:22 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM node:22-slim
WORKDIR /app
COPY --from=build /app .
EXPOSE 3000
HEALTHCHECK CMD curl -f http://localhost:3000/healthz || exit 1
CMD ["node", "dist/server.js"]
`,
  'README.md': '# Support bot\n',
};
