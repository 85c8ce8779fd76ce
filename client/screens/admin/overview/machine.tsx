import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Jobs, Queues } from './wire.ts';
import { useApi } from '../../../app/house.ts';
import { useProblem } from '../../../app/problem.tsx';
import { confirm } from '../../../components/announcer.tsx';
import { Button } from '../../../components/button.tsx';
import { duration, exactTime, fullTime, number } from './format.ts';
import { Plate } from './plate.tsx';
import { useFailedJobs, useQueues } from './reads.ts';
import { sheetOf } from '../sheet.ts';
import styles from './machine.module.css';

type Queue = Queues['queues'][number];
type Job = Jobs['jobs'][number];
const counts = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;

/** The queues and who works at them. */
export function QueuesPlate() {
  const { t } = useTranslation();
  const words = (of: 'name' | 'workers' | (typeof counts)[number]) => t(`admin.overview.queues.${of}`);
  return (
    <Plate
      title={t('admin.overview.queues.title')}
      read={useQueues()}
      reading={({ last_sample_at: at }) =>
        at === null
          ? t('admin.overview.queues.never')
          : t('admin.overview.queues.sampled', { when: exactTime(at) })
      }
      sheet={({ queues }) =>
        sheetOf('queues', queues, [
          { label: words('name'), value: ({ name }: Queue) => name },
          { label: words('workers'), value: ({ workers }: Queue) => workers },
          ...counts.map((of) => ({ label: words(of), value: (queue: Queue) => queue[of] })),
        ])
      }
      isEmpty={({ queues }) => queues.length === 0}
      empty={t('admin.overview.queues.empty')}
    >
      {({ queues, server_time }) => (
        <ul className={styles.queues}>
          {queues.map((queue) => (
            <QueueCard key={queue.name} {...{ queue, server_time }} />
          ))}
        </ul>
      )}
    </Plate>
  );
}

function QueueCard({ queue, server_time }: { queue: Queue; server_time: string }) {
  const { t } = useTranslation();
  const { name, workers, oldest_waiting_at: oldest } = queue;
  return (
    <li className={styles.queue} data-trouble={workers === 0 || undefined}>
      <h4>{t(`admin.overview.queues.names.${name}`)}</h4>
      <p className={styles.workers}>
        {t('admin.overview.queues.atWork', { count: workers })}
        {oldest && (
          <>
            {' · '}
            {t('admin.overview.queues.oldest', {
              time: duration(Math.max(0, Date.parse(server_time) - Date.parse(oldest)) / 1000),
            })}
          </>
        )}
      </p>
      <dl>
        {counts.map((of) => (
          <div key={of} data-trouble={(of === 'failed' && queue.failed > 0) || undefined}>
            <dt>{t(`admin.overview.queues.${of}`)}</dt>
            <dd>{number(queue[of])}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** Jobs that have failed for good, and another try for each of them. */
export function FailedJobsPlate({ mayRetry }: { mayRetry: boolean }) {
  const { t } = useTranslation();
  const words = (of: 'name' | 'when' | 'attempts' | 'failure') => t(`admin.overview.jobs.${of}`);
  return (
    <Plate
      title={t('admin.overview.jobs.title')}
      read={useFailedJobs()}
      sheet={({ jobs }) =>
        sheetOf('failed-jobs', jobs, [
          { label: words('name'), value: ({ id }: Job) => id },
          {
            label: words('when'),
            value: ({ finished_at }: Job) => finished_at,
            shown: ({ finished_at }: Job) => (finished_at ? fullTime(finished_at) : '–'),
          },
          { label: words('attempts'), value: ({ attempts }: Job) => attempts },
          { label: words('failure'), value: ({ failure }: Job) => failure },
        ])
      }
      isEmpty={({ jobs }) => jobs.length === 0}
      empty={t('admin.overview.jobs.empty')}
    >
      {({ jobs }) => (
        <ul className={styles.jobs}>
          {jobs.map((job) => (
            <FailedJob key={job.id} {...{ job, mayRetry }} />
          ))}
        </ul>
      )}
    </Plate>
  );
}

function FailedJob({ job, mayRetry }: { job: Job; mayRetry: boolean }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const problem = useProblem();
  const { mutateAsync, isPending } = useMutation({
    mutationFn: () =>
      api.send<{ state: string }>({
        method: 'POST',
        path: `/api/admin/jobs/${encodeURIComponent(job.id)}/retry`,
        body: {},
      }),
    onSuccess: () => {
      confirm(t('admin.overview.jobs.retried', { name: job.name }));
      return queries.invalidateQueries({ queryKey: ['admin'] });
    },
  });
  return (
    <li>
      <p>
        <strong>{job.name}</strong>
        {job.finished_at && <span> · {fullTime(job.finished_at)}</span>}
        <span> · {t('admin.overview.jobs.tried', { count: job.attempts })}</span>
      </p>
      {job.failure && <p className={styles.failure}>{job.failure}</p>}
      {mayRetry && (
        <Button
          busy={isPending}
          aria-label={t('admin.overview.jobs.retryOf', { name: job.name })}
          onClick={() => void problem.none(mutateAsync())}
        >
          {t('admin.overview.jobs.retry')}
        </Button>
      )}
      {problem.shown}
    </li>
  );
}
