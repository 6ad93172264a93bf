// Stored in events: codes are only ever added.

/** Areas of a multi-tiered system of supports. Needs, initiatives and technical assistance are told apart by them. */
export const focusAreas = [
  'SEBH',
  'LITERACY',
  'DISTRICT_INFRASTRUCTURE',
  'PYRAMID_MODEL',
  'INTEGRATED',
  'ATTENDANCE_ENGAGEMENT',
  'OTHER',
] as const;
export type FocusArea = (typeof focusAreas)[number];
