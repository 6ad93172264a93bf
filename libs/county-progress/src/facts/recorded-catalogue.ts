import { recordClockCatalogue } from '@waymark/event-store';
import { districtRequestCatalogue, explorationCycleCatalogue } from '@waymark/exploration';
import { EventCatalogue } from '@waymark/kernel';
import { organisationCatalogue } from '@waymark/organisations';

/**
 * The events that facts are made of, that move the clock of the record, and that answers may show. Events about persons and grants are not
 * among them.
 */
export const recordedCatalogue = EventCatalogue.union(
  organisationCatalogue,
  explorationCycleCatalogue,
  districtRequestCatalogue,
  recordClockCatalogue,
);
