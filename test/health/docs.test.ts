import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import '#api/app.ts';
import { metrics } from '#core/metrics.ts';
import '#worker/run.ts';

const folder = path.join(import.meta.dirname, '../../docs/ops');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

describe('docs/ops', () => {
  const known = metrics.getMetricsAsArray().map(({ name }) => name);
  const isKnown = (name: string) => known.includes(name.replace(/_(bucket|count|sum)$/, ''));

  for (const page of ['alerts.yml', 'grafana.json'])
    it(`${page} asks only for what is measured`, () => {
      const asked = [...new Set(read(page).match(/\bminuet_\w+/g))];
      expect(asked).to.have.length.above(5);
      expect(asked.filter((name) => !isKnown(name))).to.deep.equal([]);
    });

  it('grafana.json is a dashboard whose panels all ask for something', () => {
    const { panels } = JSON.parse(read('grafana.json')) as { panels: { targets: { expr: string }[] }[] };
    expect(panels).to.have.length.above(10);
    for (const { targets } of panels) expect(targets[0]?.expr).to.include('minuet_');
  });

  it('runbook.md says what each alert means, and lists every metric of the domain', () => {
    const runbook = read('runbook.md');
    const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const explained = [...runbook.matchAll(/^### (Minuet\w+)/gm)].map(([, name]) => name);
    expect(explained).to.have.members(alerts);
    const own = known.filter((name) => !/^minuet_(process|nodejs)_/.test(name));
    expect(own.filter((name) => !runbook.includes(name))).to.deep.equal([]);
  });
});
