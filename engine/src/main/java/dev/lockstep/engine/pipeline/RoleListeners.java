package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.RoleListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.agrona.ErrorHandler;

/** Tells listeners of roles, in order, where callbacks run. Any thread. */
final class RoleListeners {
    private final List<RoleListener> listeners = new CopyOnWriteArrayList<>();
    private final Executor callbacks;
    private final ErrorHandler errors;
    /** Where callbacks run only. */
    private Role role = Role.UNBORN;

    private long term;

    RoleListeners(Executor callbacks, ErrorHandler errors) {
        this.callbacks = callbacks;
        this.errors = errors;
    }

    void add(RoleListener listener) {
        callbacks.execute(() -> {
            listeners.add(listener);
            tell(listener);
        });
    }

    void onRole(Role newRole, long newTerm) {
        callbacks.execute(() -> {
            role = newRole;
            term = newTerm;
            listeners.forEach(this::tell);
        });
    }

    private void tell(RoleListener listener) {
        try {
            listener.onRole(role, term);
        } catch (RuntimeException e) {
            errors.onError(e);
        }
    }
}
