import type { Files } from '../../scratch-repository.ts';

const server = `const http = require('node:http');
http.createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  response.end('hello');
}).listen(process.env.PORT || 8080);
`;

function program(name: string, dependencies: Readonly<Record<string, string>> = {}): string {
  return `${JSON.stringify({ name, scripts: { start: 'node server.js', test: 'node --test' }, dependencies }, null, 2)}\n`;
}

/** Four programs, a database and a queue, put together by a compose file. */
export const sixServices: Files = {
  'compose.yaml': `x-common: &common
  restart: unless-stopped

services:
  gateway:
    <<: *common
    build: ./gateway
    ports:
      - "443:8080"
    environment:
      AGENT_URL: http://agent:8080
      TOOLS_ENDPOINT: http://mcp:8080/v1
      LOG_LEVEL: \${LOG_LEVEL:-info}
    depends_on:
      agent:
        condition: service_healthy
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/healthz"]

  agent:
    <<: *common
    build:
      context: ./agent
      dockerfile: Dockerfile
    expose: ["8080"]
    environment:
      - MCP_URL=http://mcp:8080
      - ANTHROPIC_API_KEY=\${ANTHROPIC_API_KEY}
      - DATABASE_URL=postgres://app:secret@db:5432/app
    depends_on: [mcp, db]

  mcp:
    <<: *common
    build: ./mcp
    expose: ["8080"]
    environment: { REDIS_URL: "redis://queue:6379/0" }

  digest:
    <<: *common
    build: ./digest
    command: node worker.js --every 60
    environment: { QUEUE_HOST: queue }
    depends_on: [queue, agent]

  db:
    image: postgres:18
    environment: { POSTGRES_PASSWORD: secret }
    volumes: ["data:/var/lib/postgresql"]

  queue:
    image: redis:8

volumes: { data: {} }
`,
  'gateway/package.json': program('gateway'),
  'gateway/server.js': server,
  'gateway/Dockerfile': 'FROM node:24\nCOPY . .\nEXPOSE 8080\nCMD npm start\n',
  'agent/package.json': program('agent', { '@anthropic-ai/sdk': '0.71.0' }),
  'agent/package-lock.json': '{}\n',
  'agent/server.js': server,
  'agent/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "server.js"]\n',
  'mcp/package.json': program('mcp', { '@modelcontextprotocol/sdk': '1.25.0' }),
  'mcp/server.js': server,
  'mcp/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "server.js"]\n',
  'digest/package.json': program('digest'),
  'digest/worker.js': 'setInterval(() => {}, 1000);\n',
  'digest/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "worker.js"]\n',
  'infra/main.tf': 'terraform {}\n',
};
