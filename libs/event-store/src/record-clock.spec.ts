import { goldenEvents } from '@waymark/kernel/testing';
import { recordClockCatalogue } from './record-clock.js';

goldenEvents(recordClockCatalogue, 'record-clock.events.golden.json');
