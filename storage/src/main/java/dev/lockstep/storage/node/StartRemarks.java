package dev.lockstep.storage.node;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a person should know of a node's storage: gathered while it starts, told as it happens from then on. Any thread. */
final class StartRemarks implements Consumer<String> {
    private final List<String> gathered = new ArrayList<>(); // guarded by this, like the rest
    private Consumer<String> listener;

    @Override
    public synchronized void accept(String remark) {
        if (listener == null) {
            gathered.add(remark);
        } else {
            listener.accept(remark);
        }
    }

    /** @return what was gathered so far */
    synchronized List<String> all() {
        return List.copyOf(gathered);
    }

    /**
     * Tells at once what has been gathered and is in no report yet.
     *
     * @param reported how many of those are in one
     */
    synchronized void tell(int reported, Consumer<String> newListener) {
        listener = newListener;
        gathered.stream().skip(reported).forEach(newListener);
    }
}
