import { expect } from 'chai';
import type { Ask } from '../../../../client/api/transport.ts';
import { useDocument } from '../../dom.ts';
import { renderInside } from '../../inside.tsx';

const job = {
  id: 'rounds:end-round-01a1f7eb',
  queue: 'rounds',
  name: 'end-round',
  state: 'failed',
  round_id: null,
  attempts: 5,
  added_at: '2026-11-20T20:00:00Z',
  due_at: null,
  finished_at: '2026-11-20T20:01:00Z',
  failure: 'Connection terminated',
};

describe('failed jobs', () => {
  useDocument();
  let asked: Ask[];

  async function show(mayRetry: boolean) {
    asked = [];
    const send = async (ask: Ask) => {
      asked.push(ask);
      return ask.method === 'GET' ? { jobs: [job] } : { id: job.id, state: 'waiting' };
    };
    const { FailedJobsPlate } = await import('../../../../client/screens/admin/overview/machine.tsx');
    await import('../../../../client/i18n/i18nAdmin.ts');
    await renderInside(<FailedJobsPlate mayRetry={mayRetry} />, { api: { send } });
    return import('@testing-library/react');
  }

  it('say why they failed, and are tried again by an admin', async () => {
    const { fireEvent, screen, waitFor } = await show(true);
    expect(
      await screen.findAllByText('Connection terminated'),
      'in the list and in its table',
    ).to.have.length(2);
    fireEvent.click(screen.getByRole('button', { name: 'Try again: end-round' }));
    await waitFor(() => expect(asked.some(({ method }) => method === 'POST')).to.be.true);
    expect(asked.find(({ method }) => method === 'POST')?.path).to.equal(
      '/api/admin/jobs/rounds%3Aend-round-01a1f7eb/retry',
    );
    await waitFor(() => expect(asked.filter(({ method }) => method === 'GET').length).to.be.above(1));
  });

  it('are only looked at by a moderator', async () => {
    const { screen } = await show(false);
    await screen.findAllByText('Connection terminated');
    expect(screen.queryByRole('button', { name: /Try again/ })).to.equal(null);
  });
});
