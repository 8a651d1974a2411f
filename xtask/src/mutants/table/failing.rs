//! What holds when the system refuses something: memory, threads, an answer.

use crate::mutants::Mutant;

pub(super) const ALL: &[Mutant] = &[
    Mutant {
        file: "handles/signal/handle.rs",
        original: "messages.for_each(|message| waiting.push_back(message.words()));",
        replacement: "waiting.shrink_to_fit();\n            if waiting.try_reserve(1).is_ok() {\n                messages.for_each(|message| waiting.push_back(message.words()));\n            }",
        breaks: "without memory only the first of several signals is told",
        tests: &["oom_signal*"],
    },
    Mutant {
        file: "handles/fs_poll/handle.rs",
        original: "        tell_failure(watch, refusal.code());\n",
        replacement: "        let _ = refusal;\n",
        breaks: "nobody is told that a polled file cannot be asked about",
        tests: &["oom_fs_poll*"],
    },
    Mutant {
        file: "core/threadpool/workers.rs",
        original: "Err(refusal) if state.members.count() == 0 => return Err(refusal),",
        replacement: "Err(_) if state.members.count() == 0 => abort::fatal(\"uv_queue_work: no worker thread\"),",
        breaks: "a program that can start no threads ends where it asks for work",
        tests: &["threadpool_without*"],
    },
    Mutant {
        file: "core/files/parts.rs",
        original: "    buffers::drop_kept(request);\n    drop_paths(request);\n",
        replacement: "    let _ = request;\n",
        breaks: "a file request that is refused for want of threads keeps its copies",
        tests: &["threadpool_without*"],
    },
    Mutant {
        file: "sys/linux/readiness.rs",
        original: "        ..0 => events,\n",
        replacement: "        ..0 => 0,\n",
        breaks: "where poll() is refused a pipe's end is never seen, at full speed",
        tests: &["pipe_is_read*"],
    },
];
