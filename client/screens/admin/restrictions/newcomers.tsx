import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { Badge } from '../badge.tsx';
import { useDesk } from '../desk.ts';
import styles from '../line.module.css';
import { inWords } from '../moment.tsx';
import { PersonLink, useNameOf } from '../nameOf.tsx';
import { useDeed } from '../useDeed.ts';
import type { Names, Newcomer } from '../wire.ts';

/** Networks from which more is asked of newcomers, and these newcomers; nothing while there are none. */
export function Newcomers() {
  const { t } = useTranslation();
  const desk = useDesk();
  const { data } = useQuery({ queryKey: ['admin', 'newcomers'], queryFn: () => desk.newcomers() });
  if (!data || (data.networks.length === 0 && data.newcomers.length === 0)) return null;
  return (
    <section aria-labelledby="newcomers">
      <h2 id="newcomers">{t('admin.newcomers.title')}</h2>
      <p>{t('admin.newcomers.lede')}</p>
      <ul>
        {data.networks.map(({ network, restricted_devices, until }) => (
          <li key={network}>
            {t('admin.newcomers.network', {
              ...{ name: network.slice(0, 8), count: restricted_devices, when: inWords(until) },
            })}
          </li>
        ))}
      </ul>
      <ul>
        {data.newcomers.map((one) => (
          <Line key={one.device_id} one={one} names={data.names} />
        ))}
      </ul>
    </section>
  );
}

function Line({ one, names }: { one: Newcomer; names: Names }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const nameOf = useNameOf(names);
  const { act, busy, problem } = useDeed();
  const own = one.user_id !== null && one.display_name !== null ? { [one.user_id]: one.display_name } : {};
  return (
    <li className={styles.line}>
      <p className={styles.name}>
        {one.user_id === null ? t('admin.gone') : <PersonLink id={one.user_id} names={own} />}
      </p>
      <p className={styles.badges}>
        {one.kind === 'member' && <Badge kind="leaf">{t('admin.newcomers.account')}</Badge>}
        {one.let_in_at && (
          <Badge kind="leaf">{t('admin.newcomers.letInBy', { name: nameOf(one.let_in_by) })}</Badge>
        )}
      </p>
      <p className={styles.facts}>
        {t('admin.newcomers.came', {
          ...{ name: one.network.slice(0, 8), when: inWords(one.arrived_at), until: inWords(one.until) },
        })}
      </p>
      {one.let_in_at === null && one.kind === 'guest' && (
        <div className={styles.ways}>
          <Button
            busy={busy}
            onClick={() => void act(() => desk.letIn(one.device_id), t('admin.newcomers.done'))}
          >
            {t('admin.newcomers.letIn')}
          </Button>
        </div>
      )}
      {problem}
    </li>
  );
}
