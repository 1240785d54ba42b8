/** Who acts in the demo; nobody decides about work of their own. The example's `deployer.yaml` names the last two. */
export const people = {
  engineer: 'dev@example.com',
  tester: 'qa@example.com',
  approver: 'ops@example.com',
} as const;
