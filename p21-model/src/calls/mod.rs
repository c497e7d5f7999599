//! What is asked of P21 beside the payload itself, and what it answers: outcomes, the queue, window commands, the
//! criteria of reports, copies of records, the Interactive API.

pub mod outcome;

pub mod asynchronous;

pub mod commands;

pub mod criteria;

pub mod copy;

pub mod interactive;
