const paths = {
  microphone:
    'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21M9 21h6',
  microphoneOff:
    'M9 9v2a3 3 0 0 0 4.6 2.5M15 11V6a3 3 0 0 0-5.6-1.5M5.5 11a6.5 6.5 0 0 0 10.2 5.3M18.5 11c0 1-.2 2-.6 2.8M12 17.5V21M9 21h6M4 3l16 18',
  camera:
    'M4 7.5A1.5 1.5 0 0 1 5.5 6h8A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 4 16.5ZM15 11l5-3v8l-5-3',
  cameraOff:
    'M8 6h5.5A1.5 1.5 0 0 1 15 7.5v5.5M15 16.5a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 4 16.5v-9c0-.6.3-1 .8-1.3M15 11l5-3v8M4 3l16 18',
  chat: 'M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-4.5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8 9.5h8M8 12.5h5',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  flag: 'M6 21V4M6 5c4-2.5 7 2.5 12 0v9c-5 2.5-8-2.5-12 0',
  skip: 'M5 6l7 6-7 6ZM13 6l6 6-6 6ZM20 6v12',
  end: 'M4 14.5c0-1.2.4-2.2 1.3-3C9 8.4 15 8.4 18.7 11.5c.9.8 1.3 1.8 1.3 3v.5c0 .7-.6 1.2-1.3 1.1l-2.5-.4c-.6-.1-1-.6-1-1.2V13c-2-.7-4.4-.7-6.4 0v1.5c0 .6-.4 1.1-1 1.2l-2.5.4C4.6 16.2 4 15.7 4 15Z',
  block: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12',
  picture: 'M4 5.5h16v13H4ZM12 12.5h6v4h-6Z',
  help: 'M9 9.2a3 3 0 1 1 4.3 2.7c-.8.4-1.3 1-1.3 1.9v.5M12 17.5h.01',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  heart: 'M12 19.5C6 15.5 3.5 12.4 3.5 9A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 20.5 9c0 3.4-2.5 6.5-8.5 10.5Z',
  send: 'M4 12L20 4l-5 16-3.5-6.5ZM11.5 13.5L20 4',
  place:
    'M12 21c4.5-5 6.5-8.3 6.5-11.2a6.5 6.5 0 0 0-13 0C5.5 12.7 7.5 16 12 21ZM12 12.2a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8Z',
  blur: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM5 20c.5-4 3.3-6 7-6s6.5 2 7 6M4 5h.01M20 5h.01M4 10h.01M20 10h.01',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5V4M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M5.3 18.7l1-1M17.7 6.3l1-1',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  next: 'M9 5l7 7-7 7',
  plus: 'M12 5v14M5 12h14',
  wave: 'M4 12c2-6 4-6 5.5 0s3.5 6 5.5 0 3.5-6 5 0',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing in the text's colour. It says nothing to a screen reader: whoever uses it has words. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
