package dev.lockstep.engine.simulated;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.isDeclaredBy;
import static net.bytebuddy.matcher.ElementMatchers.nameEndsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.MethodDelegation;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/** One change of the bytecode of a class. Classes are named here, never loaded: the changed one is not there yet. */
interface Mutation {
    /** What a class is changed with. */
    record Tools(TypePool types, ClassFileLocator files) {
        TypeDescription type(String name) {
            return types.describe(name).resolve();
        }
    }

    DynamicType.Builder<?> applyTo(DynamicType.Builder<?> builder, Tools tools);

    default Mutation and(Mutation other) {
        return (builder, tools) -> other.applyTo(applyTo(builder, tools), tools);
    }

    private static ElementMatcher.Junction<MethodDescription> method(String name) {
        return name.equals("<init>") ? isConstructor() : named(name);
    }

    /** A method returns always the same. */
    static Mutation returns(String method, Object value) {
        return (builder, tools) -> builder.method(method(method)).intercept(FixedValue.value(value));
    }

    /** A method does nothing, and returns what is zero, false or null. */
    static Mutation doesNothing(String method) {
        return (builder, tools) -> builder.method(method(method)).intercept(StubMethod.INSTANCE);
    }

    /** A method does what one of those that are wrong on purpose does. */
    static Mutation does(String method, String wrong, String wrongMethod) {
        return (builder, tools) -> builder.method(method(method))
                .intercept(MethodDelegation.withDefaultConfiguration()
                        .filter(named(wrongMethod))
                        .to(tools.type(wrong)));
    }

    /** Inside a method, calls of another one are left out: they give what is zero, false or null. */
    static Mutation without(String method, String called) {
        return (builder, tools) -> builder.visit(
                MemberSubstitution.relaxed().method(named(called)).stub().on(method(method)));
    }

    /** Inside a method, calls of another one of some class are left out. */
    static Mutation without(String method, String calledClass, String called) {
        return (builder, tools) -> builder.visit(MemberSubstitution.relaxed()
                .method(named(called).and(isDeclaredBy(nameEndsWith("." + calledClass))))
                .stub()
                .on(method(method)));
    }

    /** Inside a method, calls of another one become calls of a wrong one. */
    static Mutation calls(String method, String called, String wrong, String wrongMethod) {
        return (builder, tools) -> builder.visit(MemberSubstitution.relaxed()
                .method(named(called))
                .replaceWith(tools.type(wrong)
                        .getDeclaredMethods()
                        .filter(named(wrongMethod))
                        .getOnly())
                .on(method(method)));
    }

    /** Inside a method, a field seems to hold true. */
    static Mutation takesForTrue(String method, String field) {
        return (builder, tools) -> builder.visit(MemberSubstitution.relaxed()
                .field(named(field))
                .onRead()
                .replaceWithConstant(true)
                .on(method(method)));
    }

    /** Something wrong happens before or after a method. */
    static Mutation around(String method, String wrong) {
        return (builder, tools) ->
                builder.visit(Advice.to(tools.type(wrong), tools.files()).on(method(method)));
    }
}
