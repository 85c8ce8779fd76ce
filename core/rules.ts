/**
 * Every product number, with its unit in its name. Pure: the client imports it too.
 * Those that the environment may change are read in settings.ts, which starts from these.
 */
export const rules = {
  roundSeconds: 180,
  ackSeconds: 5,
  connectSeconds: 15,
  decisionSeconds: 20,
  noticeSeconds: 5,

  activeWithinSeconds: 15,
  lostAfterSeconds: 12,
  staleAfterSeconds: 30,
  longestWaitSeconds: 3600,
  longestPauseSeconds: 1800,
  presenceHours: 24,
  leaveGraceSeconds: 8,
  abandonedAfterSeconds: 300,

  longestHoldSeconds: 20,
  longestHoldInRoundSeconds: 10,
  holdersRereadEverySeconds: 2,
  /** While at most `fewWait` wait, their requests look for new people every `fewLookAgainSeconds`. */
  fewWait: 20,
  fewLookAgainSeconds: 5,
  pollAfterMs: { waiting: 2000, inRound: 1000, idle: 5000 },

  /** After this many early exits in a row, unpairable for this long; from the last step on, at every fifth. */
  skipCooldowns: [
    { exits: 5, seconds: 60 },
    { exits: 10, seconds: 300 },
    { exits: 15, seconds: 900 },
  ],
  rematchCooldownSeconds: 30,
  notJoinedCooldownSeconds: 30,
  skipMemoryDays: 30,

  adultYears: 18,
  oldestYears: 120,
  displayNameLength: 40,
  bioLength: 500,
  contactHandleLength: 100,
  interestLength: 40,
  interestsMost: 20,
  passwordShortest: 10,
  passwordLongest: 200,

  accessTokenSeconds: 15 * 60,
  refreshTokenDays: 30,
  refreshGraceSeconds: 10,
  guestIdleHours: 24,
  idempotencyHours: 24,

  relaxAfterSeconds: 30,
  mutualWaitSeconds: 5,
  matchmakerLeaseMs: 1200,
  matchmakerRenewMs: 400,
  /** A leader of whose waves none has ended well for so long gives up its lead: longer than a statement may take. */
  matchmakerStuckMs: 4000,
  coalesceMs: 50,
  presenceRereadAfterMs: 250,
  score: { interests: 50, location: 20, age: 20, priority: 10 },
  matching: {
    /**
     * Priority: points for each of the last rounds of this session that failed through no fault of one's own, since the
     * partner did not come, was lost or left. A skip earns none: it is the partner's right.
     */
    letDownPoints: 5,
    letDownRounds: 3,
    /** Of the 50 points for interests, those that similar seniority earns. */
    seniorityPoints: 10,
    /** A topic that one side asked for counts this much beside one that both share. */
    wantedTopicWeight: 0.5,
    /** From this difference on, age earns nothing. */
    ageGapYears: 20,
    /** Share of the location points up to each distance; beyond the last: none. Coarse, so that nothing can be triangulated. */
    closeness: [
      { km: 10, share: 1 },
      { km: 25, share: 0.85 },
      { km: 50, share: 0.7 },
      { km: 100, share: 0.55 },
      { km: 250, share: 0.4 },
      { km: 500, share: 0.3 },
      { km: 1000, share: 0.2 },
      { km: 3000, share: 0.1 },
    ],
    closenessUnknown: 0.25,
    seniorityUnknown: 0.5,
    /** Rarity is counted as though these people, this many of them holding the topic, had been seen before. */
    rarityPrior: { people: 100, holders: 5 },
    rarest: 2,
    commonest: 0.2,
    /** Points of pairing weight for each second waited, without bound. */
    pointsPerSecondWaited: 2,
    /** Relaxing takes this long, from relaxAfterSeconds on, and leaves a tenth of what the score says. */
    relaxOverSeconds: 30,
    relaxAtMost: 0.9,
    /** While at least holdFor people come within holdMs, newcomers are held that long for a better partner. */
    holdMs: 1000,
    holdFor: 32,
    /** The flow has dried up after this long without an arrival, or this many times the usual gap. */
    dryMs: 40,
    dryGaps: 8,
    /** A pair that scores this many times the usual (a mean over so many pairs) is not held: little better can come. */
    contentAt: 1.1,
    usualOver: 50,
    /** Possible partners remembered for each person: the best. */
    links: 12,
    /** Pools with at most so many who could fit are searched in full for each newcomer. */
    searchedInFull: 700,
    /** Beyond, candidates looked at: the longest waiting, those sharing a topic (of each, and in all), the nearest. */
    candidates: { oldest: 8, ofATopic: 24, withTopics: 96, nearest: 96 },
    /** Up to so many people a wave is matched exactly, beyond with bounded effort. */
    exactUpTo: 1000,
    effort: { tentative: 300, final: 3000 },
    /** People searched for the first time in one wave, and candidates in repeated searches: a bounded wave keeps its lease. */
    newcomersPerWave: 4000,
    repeatsPerWave: 500_000,
  },

  signalBytes: 16 * 1024,
  signalsPerPost: 64,
  mailboxSignals: 500,
  /**
   * What a mailbox holds, and one read of it returns, in bytes of its entries. Signals leave room for chat: a message
   * still arrives when they have filled their share.
   */
  mailboxBytes: 256 * 1024,
  mailboxChatBytes: 64 * 1024,
  mailboxChatMessages: 500,
  mailboxPageBytes: 64 * 1024,
  heldRequestsPerPerson: 4,
  /** Longest address, characters; longer ones are 414. */
  longestUrl: 2048,
  /** Bodies that are coming in and answers that are not taken, for one person in one process. */
  bufferedBytesPerPerson: 4 * 1024 * 1024,
  /** Operations of one person that are under way in one process; held requests have a cap of their own. */
  operationsAtOncePerPerson: 4,
  /** Those that wait for them; further ones are 429. */
  operationsWaitingPerPerson: 64,
  slowestRequestSeconds: 30,
  mailboxReadAfterEndSeconds: 60,
  chatLineLength: 1000,
  iceCredentialSeconds: 10 * 60,

  flagWithinMinutes: 10,
  flagReasonShortest: 10,
  flagReasonLongest: 2000,
  flagsPerHour: 5,
  moderation: {
    /** Points of a flag's category; one without a category counts as `uncategorized`. */
    categoryPoints: {
      underage: 40,
      violence: 35,
      hate_speech: 30,
      harassment: 30,
      inappropriate: 25,
      scam: 20,
      spam: 10,
      other: 10,
    },
    uncategorizedPoints: 15,
    /** Points for each distinct reporting device, up to so many devices. */
    reporterPoints: 10,
    reportersMost: 5,
    /** Points of a flag that has just come in, falling evenly to none. */
    recencyPoints: 20,
    recencyHours: 72,
    /** Flags of distinct devices restrict a person until a human has looked, if their weights reach the threshold. */
    automatic: { guestWeight: 0.5, memberWeight: 1, threshold: 3, withinHours: 24 },
    /** How long such a restriction lasts: the first time, the second, the third. After these a human decides. */
    automaticHours: [24, 72, 168],
    /** A restriction that stood counts as an earlier one for so long. */
    repeatDays: 365,
    /**
     * Flags of these categories alert moderators at once. One about age holds the person: with this weight of distinct
     * devices until a human has looked, and on the word of a single guest for an hour at most.
     */
    urgent: ['underage', 'violence'],
    hold: { weight: 1, loneGuestMinutes: 60, clearedDays: 30, dismissedDays: 90 },
    /** A device's network counts for so long after its last use; its hash is forgotten after twice that. */
    networkHours: 24,
    /** Where so many restricted devices came from within these hours, more is asked of devices that are new. */
    newcomers: { restrictedDevices: 2, watchedHours: 24, firstPairingAfterSeconds: 600, listed: 200 },
    /** A permanent restriction that awaits the second moderator lasts so long at first. */
    permanentAwaitsHours: 7 * 24,
    longestRestrictionHours: 365 * 24,
    claimMinutes: 30,
    textShortest: 10,
    textLongest: 2000,
  },

  chatHours: 24,
  activityDays: 90,

  sampleSeconds: 10,
  /** For how long samples are kept, by the seconds that each stands for: see docs/data.md. */
  sampleDays: { 10: 2, 60: 14, 3600: 400 },
  seriesPointsMost: 720,
  onlineWithinSeconds: 30,
  /** What clients tell of a call is taken until then; afterwards the hour may be closed. */
  qualityWithinMinutes: 10,
  /** Of an error in a page: so many places in our code. */
  clientErrorPlaces: 8,
  /** Lines about errors in pages that one process writes to its log, a minute. */
  clientErrorLinesPerMinute: 30,
  statisticsDays: 400,
  cachedSeconds: { live: 2, statistics: 5 },
  anomalies: {
    skipBurst: { skips: 5, minutes: 10 },
    neverJoins: { rounds: 5, share: 0.5 },
    flaggedByMany: { devices: 3 },
    listed: 100,
    days: 7,
  },
} as const;

export type Gender = (typeof genders)[number];
export const genders = ['woman', 'man', 'nonbinary', 'other'] as const;

export type Seniority = (typeof seniorities)[number];
export const seniorities = ['student', 'junior', 'mid', 'senior', 'lead', 'executive'] as const;

export type SearchMode = (typeof searchModes)[number];
export const searchModes = ['video', 'text', 'both'] as const;

/** The mode of a round: `both` has been resolved at pairing. */
export type RoundMode = 'video' | 'text';

export const flagCategories = [
  'harassment',
  'inappropriate',
  'spam',
  'scam',
  'hate_speech',
  'violence',
  'underage',
  'other',
] as const;
export type FlagCategory = (typeof flagCategories)[number];

export const flagStatuses = ['pending', 'resolved', 'dismissed'] as const;
export type FlagStatus = (typeof flagStatuses)[number];

export const decisions = ['continue', 'skip', 'next'] as const;
export type Decision = (typeof decisions)[number];

export const ratingTraits = ['warmth', 'humour', 'listening', 'energy'] as const;
export type RatingTrait = (typeof ratingTraits)[number];
export type Ratings = Partial<Record<RatingTrait, number>>;

/** What an account may do: moderators judge, admins also choose moderators. */
export const roles = ['member', 'moderator', 'admin'] as const;
export type Role = (typeof roles)[number];
