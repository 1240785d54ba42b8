import type { Files } from '../../scratch-repository.ts';

const scripts = { start: 'node server.js', test: 'node --test' };

function manifest(name: string): string {
  return `${JSON.stringify({ name, private: true, scripts }, null, 2)}\n`;
}

function ownTest(says: string): string {
  return `const { test } = require('node:test');
const assert = require('node:assert');
test(${JSON.stringify(says)}, () => assert.equal(1 + 1, 2));
`;
}

/** As programs in Node without any package do it: what it answers is the last line. */
function server(answer: string): string {
  return `const http = require('node:http');
http.createServer(async (request, response) => {
  if (request.url === '/readyz') return response.end('ok');
  response.end(${answer});
}).listen(process.env.PORT || 8080, process.env.HOST || '127.0.0.1');
`;
}

/** An agent in Node with a prompt, a tool, documentation and a variable of which an example is given. */
export const runnableNode: Files = {
  'package.json': manifest('letter-desk'),
  'server.js': server("'letters at ' + process.env.TONE"),
  'server.test.js': ownTest('letters are answered'),
  'prompts/reply.prompt.md': 'Answer the letter.\n',
  'tools/find_letter.json':
    '{ "name": "find_letter", "parameters": { "type": "object", "properties": {} } }\n',
  '.env.example': 'TONE=ease\n',
  'docs/guide.md': '# Guide\n\nWrite a letter.\n',
};

/** An agent in Python, of the standard library alone, with the Dockerfile that it has been run by. */
export const runnablePython: Files = {
  'requirements.txt': '# nothing but the standard library\n',
  'main.py': `import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from answers import answer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"ok" if self.path == "/health" else answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
ThreadingHTTPServer(address, Handler).serve_forever()
`,
  'answers.py': 'def answer():\n    return "parcels in Python"\n',
  'tests/__init__.py': '',
  'tests/test_answers.py': `from unittest import TestCase

from answers import answer


class Answers(TestCase):
    def test_parcels_are_answered(self):
        self.assertIn("parcels", answer())
`,
  'prompts/agent.md': 'Answer about parcels.\n',
  Dockerfile: 'FROM python:3.12\nCOPY . .\nEXPOSE 8000\nCMD ["python3", "main.py"]\n',
  'README.md': '# Parcels\n',
};

/** A gateway, an agent and its tools, put together by a compose file, each with tests of its own. */
export const runnableCompose: Files = {
  'compose.yaml': `services:
  gateway:
    build: ./gateway
    ports: ["8080:8080"]
    environment: { UPSTREAM: "http://agent:8080/" }
    depends_on: [agent]
  agent:
    build: ./agent
    expose: ["8080"]
    environment: { TOOLS: "http://tools:8080/" }
    depends_on: [tools]
  tools:
    build: ./tools
    expose: ["8080"]
`,
  ...program('gateway', "'gateway, ' + (await (await fetch(process.env.UPSTREAM)).text())"),
  ...program('agent', "'agent, ' + (await (await fetch(process.env.TOOLS)).text())"),
  ...program('tools', "'tools'"),
};

function program(name: string, answer: string): Files {
  return {
    [`${name}/package.json`]: manifest(name),
    [`${name}/server.js`]: server(answer),
    [`${name}/server.test.js`]: ownTest(`${name} answers`),
    [`${name}/Dockerfile`]: 'FROM node:24\nCOPY . .\nCMD ["node", "server.js"]\n',
  };
}
