import type {
  AlertEnvironmentView,
  AlertsView,
  AlertTestView,
  AlertView,
  DeliveryView,
} from '../../api/views/alerts.ts';
import { count, duration, milliseconds, percent } from '../../core/texts/figures.ts';
import { columns } from './columns.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { ageOf, agoOf, durationText } from './time.ts';
import { hanging } from './wrap.ts';

export interface AlertsSettings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
}

/** Rules with their state, and below them who is told. */
export function alertsText({ integration, environments }: AlertsView, settings: AlertsSettings): string {
  const { style } = settings;
  if (environments.length === 0) {
    return [
      `Nothing of ${style.bold(integration)} that is live raises alerts.`,
      hintText('deployer answer rollback.alert-errors 2%, then commit it and: deployer ship', style),
    ].join('\n');
  }
  return environments.map((each) => environmentText(each, settings)).join('\n\n');
}

function environmentText(view: AlertEnvironmentView, settings: AlertsSettings): string {
  const { style, width, now } = settings;
  const { environment, deployment, version, rules, receivers, lookedAt, windowSeconds } = view;
  if (deployment === null) {
    return `${style.bold(environment)}  ${style.dim('nothing that is live there says anything of monitoring')}`;
  }
  const over = windowSeconds === null ? '' : `, judged over ${duration(windowSeconds * 1000)}`;
  const looked = lookedAt === null ? 'not looked at yet' : `looked at ${agoOf(lookedAt, now)}`;
  const facts = `${deployment} ${version ?? ''}${over}, ${looked}`;
  return [
    `${style.bold(environment)}  ${style.dim(facts)}`,
    ...(rules.length === 0 ? [`  ${style.dim('raises no alerts')}`] : []),
    ...columns(
      rules.map((rule) => ruleRow(rule, settings)),
      { width },
    ),
    '',
    ...(receivers.length === 0
      ? [
          hanging(
            `  ${style.attention('!')} `,
            'nobody is told: monitoring.notify names no receiver',
            width,
          ).join('\n'),
        ]
      : columns(
          receivers.map(({ receiver, last }) => [
            `${deliverySign(last, style)} ${receiver}`,
            deliveryText(last, settings),
          ]),
          { width },
        )),
    ...(receivers.length > 0 && receivers.every(({ last }) => last === null)
      ? [`  ${hintText(`deployer alerts --test ${environment}`, style)}`]
      : []),
  ].join('\n');
}

function ruleRow(rule: AlertView, { style, now }: AlertsSettings): readonly string[] {
  const { metric, state, since, reason } = rule;
  const paint = state === 'ok' ? style.good : state === 'firing' ? style.bad : style.attention;
  const sign = state === 'ok' ? '✓' : state === 'firing' ? '✗' : '?';
  return [
    `${paint(sign)} ${metric}`,
    paint(state),
    valueText(rule),
    style.dim(since === null ? '' : ageOf(since, now)),
    state === 'ok' ? style.dim(reason) : reason,
  ];
}

/** `0.3 % of 2 %` */
function valueText({ metric, value, limit }: AlertView): string {
  return `${value === null ? '–' : amountText(metric, value)} of ${amountText(metric, limit)}`;
}

function amountText(metric: AlertView['metric'], amount: number): string {
  if (metric === 'p95Ms') return milliseconds(amount);
  return metric === 'restarts' ? String(amount) : percent(amount);
}

function deliverySign(last: DeliveryView | null, style: Style): string {
  if (last === null) return style.dim('○');
  if (last.deliveredAt !== null) return style.good('●');
  return last.error === null ? style.attention('◐') : style.bad('✗');
}

/** `firing told 3 min ago` */
function deliveryText(last: DeliveryView | null, { style, now }: AlertsSettings): string {
  if (last === null) return style.dim('was never told of anything');
  const { kind, at, deliveredAt, attempts, error, nextTryAt } = last;
  if (deliveredAt !== null) {
    const tries = attempts === 1 ? '' : `, at try ${attempts}`;
    return style.dim(`${kind} told ${agoOf(deliveredAt, now)}${tries}`);
  }
  if (error === null) return style.attention(`${kind} is being told`);
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
  return `${kind} of ${agoOf(at, now)} not told: ${error} (${tries}, ${nextTryText(nextTryAt, now)})`;
}

/** `next try in 12 s`, or that there is none. */
export function nextTryText(nextTryAt: string | null, now: Date): string {
  if (nextTryAt === null) return 'given up';
  const waitMs = Date.parse(nextTryAt) - now.getTime();
  return `next try ${waitMs < 1000 ? 'now' : `in ${durationText(waitMs)}`}`;
}

export function alertTestText({ environment, deliveries, evidence }: AlertTestView, style: Style): string {
  return [
    `${style.good('✓')} a test alert of ${style.bold(environment)} reached ${count(deliveries.length, 'receiver')}`,
    ...columns(
      deliveries.map(({ receiver, status, ms, attempts }) => [
        receiver,
        style.dim(`status ${status ?? '?'}${ms === null ? '' : ` after ${durationText(ms)}`}`),
        attempts === 1 ? '' : style.attention(`at try ${attempts}`),
      ]),
    ),
    `  ${style.dim(`evidence ${evidence}`)}`,
  ].join('\n');
}
