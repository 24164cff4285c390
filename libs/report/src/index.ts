export { renderReport } from './render-report.ts';
export type {
  Artifact,
  BenchmarkComparison,
  IterationFigures,
  ReportData,
  SolvedExample,
  StepLosses,
} from './report-data.ts';
