package dev.lockstep.engine.simulated;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.pool.TypePool;

/** Defines every class of Lockstep anew, and some of them changed; whatever else there is comes from the parent. */
final class MutatedLoader extends ClassLoader {
    private static final String OURS = "dev.lockstep.";

    static {
        registerAsParallelCapable();
    }

    private final Map<String, Mutation> mutations;
    private final Mutation.Tools tools;

    /** @param mutations what is changed, by the name of the class; nothing for the code as it is */
    MutatedLoader(Map<String, Mutation> mutations) {
        super(MutatedLoader.class.getClassLoader());
        this.mutations = mutations;
        ClassFileLocator files = ClassFileLocator.ForClassLoader.of(getParent());
        this.tools = new Mutation.Tools(TypePool.Default.of(files), files);
    }

    @Override
    protected Class<?> loadClass(String name, boolean isResolved) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, isResolved);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = mutations.containsKey(name) ? mutated(name) : original(name);
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] original(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] mutated(String name) {
        TypeDescription type = tools.type(name);
        DynamicType.Builder<?> builder =
                new ByteBuddy().with(TypeValidation.DISABLED).redefine(type, tools.files());
        try (DynamicType.Unloaded<?> made =
                mutations.get(name).applyTo(builder, tools).make(tools.types())) {
            return made.getBytes();
        }
    }
}
