import type { Files } from '../../scratch-repository.ts';

/** A LangGraph agent behind FastAPI, with a Dockerfile that has it listen as containers do. */
export const pythonAgent: Files = {
  'pyproject.toml': `[project]
name = "claims-assistant"
version = "0.3.0"
requires-python = ">=3.11"
dependencies = [
  "fastapi>=0.115",
  "uvicorn[standard]>=0.34",
  "langgraph>=0.6",  # the graph
  "langchain-anthropic",
]

[project.optional-dependencies]
dev = ["pytest", "httpx"]
`,
  'requirements.txt':
    '# pinned\nfastapi==0.115.0\nuvicorn[standard]==0.34.0\nlanggraph==0.6.0\nlangchain_anthropic==0.3.0\n',
  'requirements-dev.txt': 'pytest==8.4.0\n',
  'app/__init__.py': '',
  'app/main.py': `import os
from fastapi import FastAPI
from .graph import graph

app = FastAPI()


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/claims")
def claims(body: dict):
    return graph(os.environ["ANTHROPIC_API_KEY"], body)
`,
  'app/graph.py': 'MODEL = "claude-sonnet-4-5"\n',
  'app/prompts/system.md': 'You help with claims.\n',
  'tests/test_claims.py': 'import pytest\n\n\ndef test_claims():\n    assert True\n',
  '.env.example': '# copy to .env\nANTHROPIC_API_KEY=sk-ant-your-key\n',
  '.gitlab-ci.yml': 'test:\n  script: pytest\n',
  Dockerfile: `FROM python:3.12-slim
WORKDIR /srv
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app app
EXPOSE 8000
CMD ["uvicorn", "app.main:app", \\
     "--host", "0.0.0.0", "--port", "8000"]
`,
  'k8s/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: claims }\n',
};
