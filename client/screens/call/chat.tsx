import { useEffect, useEffectEvent, useRef, type Dispatch, type SetStateAction } from 'react';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import type { Call } from '../../call/engine.ts';
import type { Message } from '../../call/messages.ts';
import { Icon } from '../../components/icon.tsx';
import styles from './chat.module.css';

/** What is being typed, kept by whoever shows the chat: closing it loses nothing. */
export interface Draft {
  text: string;
  setText: Dispatch<SetStateAction<string>>;
}

interface ChatProps {
  call: Call;
  messages: readonly Message[];
  name: string;
  draft: Draft;
  /** Absent where the chat is the date. */
  onClose?: () => void;
  /** What stands where nothing has been written yet. */
  empty?: string;
  disabled?: boolean;
}

/** What the two write to each other. */
export function Chat({ call, messages, name, draft, onClose, empty, disabled = false }: ChatProps) {
  const { t } = useTranslation();
  useEscape(onClose);
  return (
    <section className={onClose ? styles.panel : styles.whole} aria-label={t('chat.title')}>
      {onClose && (
        <div className={styles.head}>
          <h2>{t('chat.title')}</h2>
          <button type="button" className={styles.close} aria-label={t('close')} onClick={onClose}>
            <Icon name="close" size={20} />
          </button>
        </div>
      )}
      <Lines messages={messages} name={name} empty={empty ?? t('chat.empty')} />
      <Composer call={call} name={name} draft={draft} disabled={disabled} focused={Boolean(onClose)} />
    </section>
  );
}

/** Escape closes the chat, wherever the focus is, unless a dialog is open: then it is the dialog's. */
function useEscape(onClose: (() => void) | undefined): void {
  const close = useEffectEvent(() => onClose?.());
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('[role="dialog"]')) close();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function Lines({ messages, name, empty }: { messages: readonly Message[]; name: string; empty: string }) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages.length]);
  return (
    <div ref={list} className={styles.lines} role="log" aria-label={t('chat.lines')} tabIndex={0}>
      {messages.length === 0 && <p className={styles.empty}>{empty}</p>}
      {messages.map(({ id, text, mine, state }) => (
        <p key={id} className={mine ? styles.mine : styles.theirs} data-state={state}>
          <span className="hidden">{mine ? t('chat.you') : name}: </span>
          {text}
          {state === 'failed' && <span className={styles.failed}>{t('chat.failed')}</span>}
        </p>
      ))}
    </div>
  );
}

interface ComposerProps {
  call: Call;
  name: string;
  draft: Draft;
  disabled: boolean;
  /** Whether the focus goes there when it appears. */
  focused: boolean;
}

function Composer({ call, name, draft: { text, setText }, disabled, focused }: ComposerProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, [focused]);
  const send = async () => {
    const line = text.trim();
    if (line === '' || disabled) return;
    setText('');
    await call.say(line).catch(() => setText((now) => now || line)); // what did not arrive can be sent again
  };
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <input
        ref={input}
        type="text"
        aria-label={t('chat.label', { name })}
        placeholder={disabled ? t('chat.waiting', { name }) : t('chat.placeholder')}
        maxLength={rules.chatLineLength}
        autoComplete="off"
        enterKeyHint="send"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" aria-label={t('chat.send')} disabled={disabled}>
        <Icon name="send" />
      </button>
    </form>
  );
}
