package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.RoleListener;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ErrorHandler;

/**
 * Tells listeners of roles, in order, on the callback thread itself: on an executor with several threads one reign's role
 * might be heard after the next one's. Asked by any thread.
 */
final class RoleListeners {
    private final List<RoleListener> listeners = new ArrayList<>();
    private final CallbackTasks callbacks;
    private final ErrorHandler errors;
    private Role role = Role.UNBORN;
    private long term;

    RoleListeners(CallbackTasks callbacks, ErrorHandler errors) {
        this.callbacks = callbacks;
        this.errors = errors;
    }

    void add(RoleListener listener) {
        callbacks.executeHere(() -> {
            listeners.add(listener);
            tell(listener);
        });
    }

    void onRole(Role newRole, long newTerm) {
        callbacks.executeHere(() -> {
            role = newRole;
            term = newTerm;
            listeners.forEach(this::tell);
        });
    }

    private void tell(RoleListener listener) {
        try {
            listener.onRole(role, term);
        } catch (Throwable e) {
            errors.onError(e);
        }
    }
}
