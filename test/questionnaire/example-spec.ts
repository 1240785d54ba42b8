/** A definition of three environments, written as people write them: comments, flow and block side by side. */
export const exampleSpec = `# The desk.
deployer: 1
integration: { key: desk, name: Desk, emoji: "🎫" } # the key stays

components:
  app: { role: agent, path: app, run: node main.ts, port: 8080, public: true }

agent:
  model: { provider: openai-compatible, id: sim-1, parameters: { temperature: 0 } }

tests:
  unit: { run: npm test }
  performance:
    load: { path: /, rate: 20, durationSeconds: 8 }
    limits: { p95Ms: 800 } # as agreed

environments:
  dev:
    gates: [uat]
    uat: {}
  staging:
    gates: [performance] # before users
  production:
    # Who may, and how many.
    approval:
      approvers: [ops@example.com]
    keepPrevious: 1h
`;
