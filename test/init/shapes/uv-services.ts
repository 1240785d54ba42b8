import type { Files } from '../../scratch-repository.ts';

/** An agent and its front in one uv project: sources in src/, Dockerfiles in a folder of their own, one .env. */
export const uvServices: Files = {
  'pyproject.toml': `[project]
name = "claims-desk"
dependencies = ["fastapi", "uvicorn", "pydantic-ai", "streamlit"]

[dependency-groups]
dev = ["pytest"]
`,
  'uv.lock': 'version = 1\n',
  'compose.yaml': `services:
  store: { image: "postgres:18" }
  desk_service:
    build: { context: ., dockerfile: docker/Dockerfile.service }
    ports: ["8080:8080"]
    depends_on: [store]
  desk_app:
    build: { context: ., dockerfile: docker/Dockerfile.app }
    ports: ["8501:8501"]
    environment: { AGENT_URL: "http://desk_service:8080" }
    depends_on: [desk_service]
`,
  'docker/Dockerfile.service':
    'FROM python:3.13\nWORKDIR /app\nCOPY src .\nCMD ["python", "run_service.py"]\n',
  'docker/Dockerfile.app':
    'FROM python:3.13\nWORKDIR /app\nCOPY src .\nCMD ["streamlit", "run", "front.py"]\n',
  'src/run_service.py': 'import os\nkey = os.environ["OPENAI_API_KEY"]\nport = os.getenv("PORT", "8080")\n',
  'src/front.py': 'import os\nlevel = os.environ.get("LOG_LEVEL")\nvoice = os.getenv("VOICE")\n',
  '.env.example': 'OPENAI_API_KEY=your_key_here\nLOG_LEVEL=info # or debug\nVOICE= # nothing yet\n',
  'web/package.json': '{ "name": "web", "scripts": { "dev": "vite" } }',
  'tests/test_desk.py': 'from unittest.mock import patch\n\n\ndef test_desk():\n    assert patch\n',
};
