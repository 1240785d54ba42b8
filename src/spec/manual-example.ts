/** The file that the manual shows; a test loads it without a problem. */
export const exampleSpec = `deployer: 1
integration: { key: triage-desk, name: Triage Desk, emoji: 🎫, owners: [support@example.com] }
trigger: { branch: main, to: production }

components:
  gateway:
    role: api-gateway
    path: services/gateway
    build: npm ci --omit=dev
    run: node src/main.ts
    port: 8080
    public: true
    health: { ready: /readyz, live: /healthz }
    needs: [agent]
    env: { LOG_LEVEL: info }
    resources: { cpu: 500m, memory: 256Mi }
  agent: { role: agent, path: services/agent, run: node src/main.ts, port: 8080 }
  digest: { role: worker, path: services/digest, run: node src/main.ts }

agent:
  prompts: [prompts/*.md]
  model: { provider: openai-compatible, id: triage-sim-1, parameters: { temperature: 0 } }
  state: { writes: 1 }

tests:
  setup: npm ci
  unit: { run: npm test, report: reports/unit.xml }
  e2e: { run: npm run test:e2e, report: reports/e2e.xml }
  performance:
    load: { path: /v1/tickets, body: perf/ticket.json, rate: 50, durationSeconds: 20 }
    limits: { p95Ms: 250, errorRate: 0.01, p95VsStable: 1.2 }

environments:
  dev:
    gates: [e2e]
    uat: { testers: [qa@example.com], scenarios: [answers a refund ticket, refuses an injection] }
  staging:
    mirrors: production
    replicas: 1
    differs: { replicas: cost }
    gates: [e2e, performance, rollback-rehearsal]
  production:
    replicas: 2
    edge: { port: 7443 }
    approval: { approvers: [ops@example.com] }
    watch: { seconds: 60, errorRate: 0.02, p95Ms: 400 }
    keepPrevious: 1h
    components: { agent: { replicas: 3, env: { LOG_LEVEL: warn } } }

monitoring:
  alerts: { errorRate: 0.02, p95Ms: 400, restarts: 0 }
  notify: [{ webhook: secret://local/alerts#webhook }]
`;
