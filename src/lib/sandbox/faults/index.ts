/** Faults of the embedded KMS: a plan of them, and the embedded KMS that has them. */
export { type FaultyCall, FaultySandbox, faultText } from './faulty-sandbox.js'
export { type FaultPlan, FaultPlanError, type FaultRule, readFaultPlan } from './plan.js'
