import { expect, test } from 'vitest';

import { onProcess, type StartFacts } from './on-process.ts';

const facts: StartFacts = { command: '', language: null, workdir: null, port: null, portVariable: null };

test.each<[command: string, facts: Partial<StartFacts>, run: string]>([
  ['node server.js', { portVariable: 'PORT' }, 'node server.js'],
  ['node server.js', { portVariable: 'APP_PORT' }, 'APP_PORT="$PORT" node server.js'],
  ['next start -p 3000', { port: 3000 }, 'next start -p "$PORT"'],
  ['serve -p 5000 public', {}, 'serve -p "$PORT" public'],
  ['mkdir -p 8080 && node a.js', { port: 3000, portVariable: 'PORT' }, 'mkdir -p 8080 && node a.js'],
  ['./app --listen=0.0.0.0:8080', { port: 8080 }, './app --listen="$HOST:$PORT"'],
  ['./app --addr :8080', { port: 8080 }, './app --addr "$HOST:$PORT"'],
  ['/srv/bin/app', { workdir: '/srv' }, './bin/app'],
  ['java -jar /app/app.jar', { workdir: '/app' }, 'java -jar ./app.jar'],
  [
    'uvicorn main:app --host 0.0.0.0 --port 80',
    { language: 'python', port: 80 },
    'python3 -m uvicorn main:app --host "$HOST" --port "$PORT"',
  ],
  ['uvicorn main:app', { language: 'python' }, 'python3 -m uvicorn main:app --host "$HOST" --port "$PORT"'],
  [
    'uvicorn main:app --port ${PORT:-8000} --host 0.0.0.0',
    { language: 'python' },
    'python3 -m uvicorn main:app --port "$PORT" --host "$HOST"',
  ],
  [
    'poetry run gunicorn -b 0.0.0.0:8000 app:app',
    { language: 'python', port: 8000 },
    'python3 -m gunicorn -b "$HOST:$PORT" app:app',
  ],
  ['uv run --frozen python -m desk', { language: 'python', portVariable: 'PORT' }, 'python3 -m desk'],
  [
    'alembic upgrade head && uvicorn a:b',
    { language: 'python' },
    'alembic upgrade head && python3 -m uvicorn a:b --host "$HOST" --port "$PORT"',
  ],
  ['/usr/local/bin/python3.12 app.py', { language: 'python', portVariable: 'PORT' }, 'python3 app.py'],
  [
    'streamlit run app.py',
    { language: 'python' },
    'python3 -m streamlit run app.py --server.address "$HOST" --server.port "$PORT"',
  ],
  ['celery -A app worker', { language: 'python' }, 'python3 -m celery -A app worker'],
])('%s is started here by a command that hears its port', (command, more, run) => {
  expect(onProcess({ ...facts, ...more, command })).toEqual({ run, remarks: [] });
});

test('a program that listens on a fixed number is said to be one', () => {
  const { run, remarks } = onProcess({ ...facts, command: 'node server.js', port: 3000 });
  expect({ run, remarks }).toEqual({ run: 'node server.js', remarks: [expect.stringContaining('3000')] });
});
