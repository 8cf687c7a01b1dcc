export { SegmentAssembler } from './assembling/segment-assembler.ts'
export type { DrawLog } from './observing/draw-log.ts'
export { observedDraws, ObservedDraws } from './observing/observed-draws.ts'
export { observedTimeline, ObservedTimeline } from './observing/observed-timeline.ts'
