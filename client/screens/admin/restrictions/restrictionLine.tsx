import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '../../../components/button.tsx';
import { AskDialog } from '../askDialog.tsx';
import { Badge } from '../badge.tsx';
import { useDesk } from '../desk.ts';
import styles from '../line.module.css';
import { inWords } from '../moment.tsx';
import { PersonLink, useNameOf } from '../nameOf.tsx';
import type { Names, Restriction } from '../wire.ts';

type Ask = 'confirm' | 'lift';

/** One warning or restriction, and how it ends. */
export function RestrictionLine({ one, names }: { one: Restriction; names: Names }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const [asking, setAsking] = useState<Ask | null>(null);
  const close = () => setAsking(null);
  return (
    <li className={styles.line}>
      <p className={styles.name}>
        <PersonLink id={one.user_id} names={names} />
      </p>
      <State one={one} />
      <p className={styles.text} dir="auto">
        {one.reason}
      </p>
      <Facts one={one} names={names} />
      {one.active && (
        <div className={styles.ways}>
          {one.proposed_permanent && (
            <Button onClick={() => setAsking('confirm')}>{t('admin.restrictions.confirm')}</Button>
          )}
          <Button onClick={() => setAsking('lift')}>{t('admin.restrictions.lift')}</Button>
        </div>
      )}
      <AskDialog
        open={asking === 'confirm'}
        title={t('admin.restrictions.confirmTitle')}
        text={t('admin.restrictions.confirmText')}
        confirm={t('admin.restrictions.confirm')}
        said={t('admin.restrictions.confirmed')}
        deed={() => desk.confirm(one.id)}
        onClose={close}
      />
      <AskDialog
        open={asking === 'lift'}
        title={t('admin.restrictions.liftTitle')}
        text={t('admin.restrictions.liftText')}
        confirm={t('admin.restrictions.lift')}
        said={t('admin.restrictions.lifted')}
        deed={() => desk.lift(one.id)}
        onClose={close}
      />
    </li>
  );
}

function State({ one }: { one: Restriction }) {
  const { t } = useTranslation();
  const isRestriction = one.kind === 'restriction';
  return (
    <p className={styles.badges}>
      <Badge kind={isRestriction ? 'alarm' : 'candle'}>{t(`admin.restrictions.kinds.${one.kind}`)}</Badge>
      {one.category && <Badge>{t(`flag.categories.${one.category}`)}</Badge>}
      {one.lifted_at !== null ? (
        <Badge kind="leaf">{t('admin.restrictions.states.lifted')}</Badge>
      ) : isRestriction && !one.active ? (
        <Badge>{t('admin.restrictions.states.over')}</Badge>
      ) : null}
      {one.active && one.hold && <Badge kind="candle">{t('admin.restrictions.held')}</Badge>}
      {one.active && one.proposed_permanent && (
        <Badge kind="candle">{t('admin.restrictions.states.awaiting')}</Badge>
      )}
    </p>
  );
}

function Facts({ one, names }: { one: Restriction; names: Names }) {
  const { t } = useTranslation();
  const nameOf = useNameOf(names);
  const facts = [
    one.kind === 'restriction' &&
      (one.until
        ? t('admin.restrictions.until', { when: inWords(one.until) })
        : !one.hold && t('admin.restrictions.good')),
    t('admin.restrictions.by', { name: nameOf(one.issued_by), when: inWords(one.created_at) }),
    one.confirmed_by && t('admin.restrictions.confirmedBy', { name: nameOf(one.confirmed_by) }),
    one.seen_at && t('admin.restrictions.seen', { when: inWords(one.seen_at) }),
    one.lifted_at &&
      t('admin.restrictions.liftedBy', { name: nameOf(one.lifted_by), when: inWords(one.lifted_at) }),
  ];
  return (
    <p className={styles.facts}>
      {facts.filter(Boolean).join(', ')}
      {one.flag_id && (
        <>
          {', '}
          <Link to={`/admin/flags/${one.flag_id}`}>{t('admin.restrictions.theFlag')}</Link>
        </>
      )}
    </p>
  );
}
