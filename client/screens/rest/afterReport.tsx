import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Standing } from '../standing/standing.tsx';
import { Interlude } from './interlude.tsx';

interface AfterReportProps {
  onAgain: () => void;
  problem: ReactNode;
}

/** For somebody who has just reported somebody: what happens with it, and no hurry to go on. */
export function AfterReport({ onAgain, problem }: AfterReportProps) {
  const { t } = useTranslation();
  return (
    <Interlude title={t('rest.reportedTitle')} text={t('rest.reported')} note={<Standing />}>
      <ButtonLink to="/safety">{t('rest.reportedSafety')}</ButtonLink>
      <Button onClick={onAgain}>{t('rest.again')}</Button>
      {problem}
    </Interlude>
  );
}
