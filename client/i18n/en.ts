import type { admin } from './enAdmin.ts';
import type { inside } from './enInside.ts';

/** Every word that is needed before somebody has come in. Another language is three other files of this shape. */
export const door = {
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  saved: 'Saved',
  saving: 'Saving …',
  loading: 'One moment …',
  retry: 'Try again',
  skipToContent: 'Skip to the content',

  nav: {
    label: 'Main',
    home: 'Minuet: to the start',
    date: 'Date',
    matches: 'Dance card',
    settings: 'Settings',
    safety: 'Safety',
    signIn: 'Sign in',
  },
  theme: { label: 'Light', auto: 'As the device', light: 'Day', dark: 'Evening' },

  landing: {
    title: 'Three minutes.',
    titleTwo: 'One dance.',
    lede: 'Minuet seats you across from somebody new, on video, for three minutes. Then each of you says in secret whether to meet again. Only two yeses are ever told.',
    steps: 'How it goes',
    oneTitle: 'Meet',
    one: 'Somebody who fits your wishes, and whose wishes you fit.',
    twoTitle: 'Talk',
    two: 'Three minutes, face to face. Leave whenever you like.',
    threeTitle: 'Choose',
    three: 'Yes or no, in secret. A no is never told to anybody.',
    card: 'Write your name on a dance card',
    cardNote: 'No e-mail, no password. You see yourself before anybody else does.',
    entry:
      'Several people from your network were restricted lately. Until {{until}}, newcomers from it need an account with an e-mail, or a moderator’s yes after stepping in as a guest. Your first date begins after {{minutes}} minutes at the earliest.',
    start: 'Step in',
    starting: 'Opening the door …',
    adults: 'For adults only, from 18.',
    member: 'Been here before?',
    register: 'Make an account',
    back: 'Welcome back',
    backNote: 'Your card is still here. Shall we?',
    go: 'To the mirror',
    wishes: 'Change my wishes',
  },

  person: {
    name: 'Your first name',
    namePlaceholder: 'As others will read it',
    birthDate: 'Birth date',
    birthDateHint: 'Others see your age, never the date.',
    day: 'Day',
    month: 'Month',
    year: 'Year',
    gender: 'I am',
    genders: { woman: 'a woman', man: 'a man', nonbinary: 'non-binary', other: 'something else' },
    gendersSought: { woman: 'Women', man: 'Men', nonbinary: 'Non-binary people', other: 'Others' },
    bio: 'A line or two about you',
    bioPlaceholder: 'What would a friend say?',
    contact: 'How a match may reach you',
    contactHint: 'Shown only to people when both of you said yes. You can add it later.',
    contactPlaceholder: '@name, a number, an address',
    nameMissing: 'Please write a name.',
    dateMissing: 'Please write the whole date.',
    dateWrong: 'There is no such date.',
    tooYoung: 'Minuet is for adults only. Come back when you are 18.',
    genderMissing: 'Please choose one.',
  },

  signIn: {
    title: 'Good to see you again',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in …',
    wrong: 'E-mail or password is not right.',
    none: 'No account yet?',
    register: 'Make one',
    guest: 'Come in as a guest',
  },

  register: {
    title: 'An account',
    titleUpgrade: 'Keep your card',
    lede: 'Your dance card and your matches stay, on every device of yours.',
    ledeUpgrade: 'An e-mail and a password are all it takes. Name, card and matches stay as they are.',
    passwordHint: 'At least 10 characters. Three odd words make a good one.',
    submit: 'Make my account',
    submitUpgrade: 'Keep my card',
    busy: 'One moment …',
    taken: 'This e-mail has an account already.',
    already: 'You are signed in to an account already.',
    have: 'Have one already?',
    emailWrong: 'That does not look like an e-mail address.',
    passwordShort: 'At least 10 characters, please.',
  },

  safety: {
    title: 'Safe on the floor',
    lede: 'Strangers on camera need good rules. These are ours.',
    leaveTitle: 'You can always leave',
    leave: 'Next, End and Report work at every moment of a date, at once, without a question asked.',
    secretTitle: 'A no is nobody’s business',
    secret:
      'Votes are secret. A yes is told only when it meets another yes; everything else looks the same for both, for ever.',
    reportTitle: 'A report is kept at once',
    report:
      'The moment you report, it is saved, the date ends, and you two never meet again. Who was reported learns only that the date ended.',
    privacyTitle: 'What others see',
    privacy:
      'Your first name, age, a line about you, your interests. Never your e-mail, your birth date, your address. Of your place we keep a square of about 5 km, and nobody sees that either.',
    mediaTitle: 'Nothing is recorded',
    media:
      'Video and sound go between the two of you and are not stored. What is written in the chat is kept, so that a report can be looked into.',
    adultsTitle: 'Adults only',
    adults: 'Everybody here is 18 or older. If somebody seems younger, report it.',
    helpTitle: 'When it is serious',
    help: 'Minuet is no emergency service. If somebody is in danger, call the police: 112 in Europe, 911 in North America.',
    aboutTitle: 'Why “Minuet”',
    about:
      'It is a dance in three. Two people meet, pass, give a hand, and part again with a bow. Three minutes is enough to know whether you would like another.',
  },

  problem: {
    title: 'Something slipped',
    unreachable: 'We cannot be reached right now. Is the internet there?',
    restricted: 'Your account is limited for now. Settings says why, and how to object.',
    account_needed:
      'For today, newcomers from your network make an account first (Settings), or wait until a moderator has let them in.',
    rate_limited: 'That was a little fast. Wait a moment and try again.',
    invalid: 'Something in there does not fit: {{detail}}',
    unknown: 'That did not work. Please try again.',
    reload: 'Load the page again',
    broken: 'This is our fault, and we have been told. Most of the time it works the second time.',
    lostTitle: 'There is nothing here',
    lost: 'This page does not exist, or no longer.',
    home: 'To the start',
  },
} as const;

/** Every word of the client. */
export type Words = typeof door & typeof inside & { admin: typeof admin };
