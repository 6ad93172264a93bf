import { goldenEvents } from '@waymark/kernel/testing';
import { explorationCycleCatalogue } from './exploration-cycle.events.js';

goldenEvents(explorationCycleCatalogue, 'exploration-cycle.events.golden.json');
