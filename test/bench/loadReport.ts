import os from 'node:os';
import type { Step } from './load.ts';

/** The report as one page: no script, nothing from elsewhere. */
export function pageOf(steps: readonly Step[]): string {
  const [held, polled] = (['held', 'polled'] as const).map((kind) =>
    steps.filter((step) => step.kind === kind),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minuet under load</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
  h1, h2 { line-height: 1.2 }
  figure { display: inline-block; margin: 0 1.5rem 1.5rem 0 }
  figcaption { font-weight: 600 }
  svg { width: 26rem; max-width: 100%; height: auto }
  table { border-collapse: collapse; font-size: 14px; display: block; overflow-x: auto }
  td, th { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #ddd }
  td:first-child, th:first-child { text-align: left }
</style>
</head>
<body>
<h1>Minuet under load</h1>
<p>One API process, one worker, PostgreSQL, Redis and the generator on ${os.cpus().length} cores; Node ${process.version}. People
go through dates all the while: start, held until matched, join, signal, skip. <code>npm run bench -- load</code> makes this page anew.</p>
${section('Held polls', 'people held', held!)}
${section('Short polls', 'polls a second asked for', polled!)}
</body>
</html>
`;
}

function section(title: string, across: string, steps: readonly Step[]): string {
  if (steps.length === 0) return '';
  const of = (name: string, figure: 'p50' | 'p99') => (step: Step) => step.endpoints[name]?.[figure] ?? null;
  const charts = [
    chart('Start → matched, ms', across, steps, {
      p50: of('start → matched', 'p50'),
      p99: of('start → matched', 'p99'),
    }),
    chart('Answers, p99 ms', across, steps, {
      ...(steps[0]!.endpoints['GET next-match'] && { 'next-match': of('GET next-match', 'p99') }),
      start: of('POST start', 'p99'),
      join: of('POST join-call', 'p99'),
      signals: of('GET signals', 'p99'),
      skip: of('POST skip-call', 'p99'),
    }),
    chart('CPU, share of a core', across, steps, {
      API: (step) => step.apiCpu,
      generator: (step) => step.generatorCpu,
    }),
    chart('Event loop late, p99 ms', across, steps, { API: (step) => step.loopMs }),
    chart('Memory of the API, MB', across, steps, { API: (step) => step.memoryMb }),
    chart('Requests answered a second', across, steps, { answered: (step) => step.perSecond }),
  ];
  return `<h2>${title}</h2>\n${charts.join('\n')}\n${table(across, steps)}`;
}

type Lines = Record<string, (step: Step) => number | null>;

const [width, height, left, top] = [420, 220, 48, 26];
const inks = ['#0b6e99', '#c0392b', '#2e7d32', '#8e44ad', '#b9770e'];

function chart(title: string, across: string, steps: readonly Step[], lines: Lines): string {
  const values = Object.values(lines).flatMap((line) => steps.map((step) => line(step) ?? 0));
  const [mostX, mostY] = [Math.max(...steps.map((step) => step.offered)), nice(Math.max(...values, 0.001))];
  const x = (value: number) => left + (value / mostX) * (width - left - 12);
  const y = (value: number) => height - 34 - (value / mostY) * (height - 34 - top);
  const drawn = Object.entries(lines).map(([name, line], index) => {
    const points = steps.flatMap((step) => {
      const value = line(step);
      return value === null ? [] : [[x(step.offered).toFixed(1), y(value).toFixed(1)] as const];
    });
    const ink = inks[index % inks.length]!;
    return `<polyline fill="none" stroke="${ink}" stroke-width="2" points="${points.map((point) => point.join()).join(' ')}"/>
${points.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3" fill="${ink}"/>`).join('')}
<text x="${left + index * 76}" y="14" font-size="12" fill="${ink}">${name}</text>`;
  });
  const rules = [0, 0.5, 1].map((share) => {
    const at = y(mostY * share).toFixed(1);
    return `<line x1="${left}" x2="${width - 12}" y1="${at}" y2="${at}" stroke="#ddd"/>
<text x="${left - 6}" y="${at}" font-size="11" text-anchor="end" dominant-baseline="middle">${short(mostY * share)}</text>`;
  });
  const ticks = steps.map(
    (step) =>
      `<text x="${x(step.offered).toFixed(1)}" y="${height - 18}" font-size="11" text-anchor="middle">${short(step.offered)}</text>`,
  );
  return `<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title} over ${across}">${rules.join('')}${ticks.join('')}${drawn.join('')}
<text x="${width - 12}" y="${height - 3}" font-size="11" text-anchor="end">${across}</text></svg></figure>`;
}

/** The next of 1, 2, 5, 10, … */
function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

const short = (value: number): string =>
  value >= 1000 ? `${Number((value / 1000).toFixed(1))}k` : String(Number(value.toPrecision(3)));

function table(across: string, steps: readonly Step[]): string {
  const names = [...new Set(steps.flatMap((step) => Object.keys(step.endpoints)))];
  const heads = [across, ...names.map((name) => `${name}, p50 / p99 ms`), 'failed'];
  const rows = steps.map((step) => [
    step.offered.toLocaleString('en'),
    ...names.map((name) => {
      const figures = step.endpoints[name];
      return figures ? `${figures.p50} / ${figures.p99}` : '–';
    }),
    String(step.failed),
  ]);
  const cells = (tag: 'td' | 'th', row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', heads)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}
