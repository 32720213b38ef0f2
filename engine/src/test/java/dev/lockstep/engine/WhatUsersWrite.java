package dev.lockstep.engine;

import java.nio.file.Path;

/** What the design says that users write: it must go on compiling as it stands. */
final class WhatUsersWrite {
    private WhatUsersWrite() {}

    static final class Counter implements StateMachine {
        private long total;

        @Override
        public void apply(Command command, Reply reply) {
            total += command.payload().getLong(0);
            reply.putLong(total);
        }

        @Override
        public void save(SnapshotOutput out) {
            out.putLong(total);
        }

        @Override
        public void load(SnapshotInput in) {
            total = in.getLong();
        }
    }

    static void count(Path path, byte[] bytes) {
        try (Engine engine =
                Engine.builder().directory(path).stateMachine(new Counter()).start()) {
            engine.submit(bytes).join();
        }
    }
}
