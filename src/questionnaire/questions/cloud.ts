import type { Question } from '../question.ts';

/** What a cloud brings is what the document says of it, so each option carries it as facts. */
export const cloudQuestion: Question = {
  id: 'infrastructure.cloud',
  section: 'infrastructure',
  ask: 'Which cloud does it run in?',
  again: 'One of aws, azure and gcp, or none: whose account pays for the machines?',
  why: 'It brings the load balancer, the database and the monitoring that are used, and what they cost.',
  kind: 'choice',
  options: [
    {
      value: 'none',
      label: 'none',
      means: 'machines of your own',
      facts: {
        'load balancer': 'the edge of Deployer',
        database: 'one that you run',
        monitoring: 'the figures of Deployer',
        cost: 'what the machines cost, whether they are used or not',
        'existing infrastructure': 'fits where there are machines, and people who look after them',
        compliance: 'all of it is yours to show',
      },
    },
    {
      value: 'aws',
      label: 'Amazon Web Services',
      means: 'an account of yours',
      facts: {
        'load balancer': 'Application Load Balancer',
        database: 'Amazon RDS for PostgreSQL',
        monitoring: 'Amazon CloudWatch',
        cost: 'by use; reserved capacity and traffic that leaves it decide',
        'existing infrastructure': 'fits where data, identities or a cluster are on AWS already',
        compliance: 'its reports are in AWS Artifact; health data needs an agreement with it',
      },
    },
    {
      value: 'azure',
      label: 'Microsoft Azure',
      means: 'a subscription of yours',
      facts: {
        'load balancer': 'Azure Application Gateway',
        database: 'Azure Database for PostgreSQL',
        monitoring: 'Azure Monitor',
        cost: 'by use; agreements that your organisation has already often decide',
        'existing infrastructure': 'fits where identities are in Microsoft Entra',
        compliance: 'its reports are in the Service Trust Portal',
      },
    },
    {
      value: 'gcp',
      label: 'Google Cloud',
      means: 'a project of yours',
      facts: {
        'load balancer': 'Cloud Load Balancing',
        database: 'Cloud SQL for PostgreSQL',
        monitoring: 'Cloud Monitoring',
        cost: 'by use; discounts for lasting use come by themselves',
        'existing infrastructure': 'fits where data is in BigQuery or the cluster in GKE already',
        compliance: 'its reports are in the Compliance Reports Manager',
      },
    },
  ],
  default: { value: 'none', because: 'nothing says that it runs in a cloud' },
  settles: {
    statements: [
      { says: 'Cloud: {answer}, {means}.' },
      { id: 'load-balancer', says: 'Load balancer in front of the edge: {fact:load balancer}.' },
      { id: 'database', says: 'Database that comes with it: {fact:database}.' },
      { id: 'monitoring', section: 'rollback', says: 'Monitoring that comes with it: {fact:monitoring}.' },
      { id: 'cost', says: 'What decides its cost: {fact:cost}.' },
      { id: 'existing', says: 'What runs already speaks for it: it {fact:existing infrastructure}.' },
      { id: 'compliance', section: 'security', says: 'Compliance of the place: {fact:compliance}.' },
    ],
  },
};
